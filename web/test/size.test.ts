import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'

const dist = resolve(import.meta.dirname, '../dist')
const built = existsSync(join(dist, 'm.html'))
const assets = built ? readdirSync(join(dist, 'assets')) : []
const text = (name: string) => readFileSync(join(dist, 'assets', name), 'utf8')

const listed = (text: string, re: RegExp) => [...text.matchAll(re)].map((m) => m[1]!)

// reach returns the files that are loaded at once with the given ones.
function reach(names: string[]): Set<string> {
  const all = new Set<string>()
  const add = (name: string) => {
    if (all.has(name)) return
    all.add(name)
    if (name.endsWith('.js')) listed(text(name), /(?:from|import)\s*["'`]\.\/([^"'`]+\.js)["'`]/g).forEach(add)
  }
  names.forEach(add)
  return all
}

const weight = (names: Iterable<string>) => [...names].reduce((n, name) => n + gzipSync(text(name)).length, 0)

/** opened returns the files that a page brings with it at once, and its places as
 * they are loaded later. */
function opened(page: string): { html: string; first: string[]; places: (name: RegExp) => string[] } {
  const html = readFileSync(join(dist, page), 'utf8')
  const first = listed(html, /assets\/([^"']+\.(?:js|css))/g)
  const scripts = first.filter((f) => f.endsWith('.js')).map(text).join('\n')
  const later = listed(scripts, /import\([`"']\.\/([^`"']+\.js)[`"']\)/g)
  const styles = (name: string) => assets.filter((a) => a.endsWith('.css') && a.startsWith(name.replace(/-[^-]+\.js$/, '-')) && scripts.includes(a))
  return { html, first, places: (name) => later.filter((f) => name.test(f)).flatMap((f) => [f, ...styles(f)]) }
}

describe.skipIf(!built)('the built console', () => {
  const page = built ? opened('index.html') : undefined!

  it('loads at most a megabyte of compressed script with its first page', () => {
    const home = page.places(/^(home|signin)-/)
    expect(home.length).toBeGreaterThanOrEqual(2)
    expect(weight(reach([...page.first, ...home]))).toBeLessThanOrEqual(1_000_000)
  })

  it('loads charts only where they are shown', () => {
    expect([...reach(page.first)].filter((name) => text(name).includes('echarts'))).toEqual([])
  })

  it('has no inline script', () => {
    expect(page.html.match(/<script(?![^>]*\bsrc=)[^>]*>/g)).toBeNull()
  })
})

describe.skipIf(!built)('the built pages on a phone', () => {
  const page = built ? opened('m.html') : undefined!

  it('load at most 250 KB compressed with any first page', () => {
    const each = page.places(/\.js$/)
    expect(each.length).toBeGreaterThan(1)
    for (const place of each) expect([place, weight(reach([...page.first, ...page.places(new RegExp(`^${place.replace('.', '\\.')}`))])) <= 250_000]).toEqual([place, true])
  })

  it('have nothing of the console', () => {
    const all = [...reach([...page.first, ...page.places(/\.js$/)])].map(text).join('\n')
    expect(all.includes('ant-btn')).toBe(false)
    expect(all.includes('echarts')).toBe(false)
    expect(all.includes('adm-button')).toBe(true)
  })

  it('have no inline script', () => {
    expect(page.html.match(/<script(?![^>]*\bsrc=)[^>]*>/g)).toBeNull()
  })
})
