import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const dist = resolve(import.meta.dirname, '../dist')
const built = existsSync(join(dist, 'index.html'))
const assets = built ? readdirSync(join(dist, 'assets')) : []
const text = (name: string) => readFileSync(join(dist, 'assets', name), 'utf8')

// reach returns the scripts that are loaded at once with the given ones.
function reach(names: string[]): Set<string> {
  const all = new Set<string>()
  const add = (name: string) => {
    if (all.has(name)) return
    all.add(name)
    for (const m of text(name).matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g)) add(m[1]!)
  }
  names.forEach(add)
  return all
}

const weight = (names: Iterable<string>) => [...names].reduce((n, name) => n + gzipSync(text(name)).length, 0)
const megabyte = 1_000_000

describe.skipIf(!built)('the built console', () => {
  const html = built ? readFileSync(join(dist, 'index.html'), 'utf8') : ''
  const first = [...html.matchAll(/assets\/([^"']+\.js)/g)].map((m) => m[1]!)

  it('loads at most a megabyte of compressed script with its first page', () => {
    expect(first.length).toBeGreaterThan(0)
    const home = assets.filter((a) => /^(home|signin)-.*\.js$/.test(a))
    expect(home).toHaveLength(2)
    expect(weight(reach([...first, ...home]))).toBeLessThanOrEqual(megabyte)
  })

  it('loads charts only where they are shown', () => {
    const charts = [...reach(first)].filter((name) => text(name).includes('echarts'))
    expect(charts).toEqual([])
  })

  it('has no inline script', () => {
    expect(html.match(/<script(?![^>]*\bsrc=)[^>]*>/g)).toBeNull()
  })
})
