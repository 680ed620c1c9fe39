// What the server may say has words here.
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { algWords } from '../src/domain/interfaces/words'
import { aboutWords, eventWords } from '../src/domain/event/words'
import { jobStates, jobWords } from '../src/domain/job/words'

const root = resolve(import.meta.dirname, '../../internal')

const found = (text: string, re: RegExp) => [...new Set([...text.matchAll(re)].map((m) => m[1]!))].sort()

it('every kind of event that people are told of', () => {
  const kinds = found(readFileSync(join(root, 'adapter/notify/rules.go'), 'utf8'), /"([a-z_]+\.[a-z_]+)"/g)
  expect(kinds.length).toBeGreaterThan(20)
  expect([...kinds, 'digest'].sort()).toEqual(Object.keys(eventWords.zh).sort())
  expect([...new Set(kinds.map((k) => k.split('.')[0]!))].sort()).toEqual(Object.keys(aboutWords.zh).sort())
})

it('every kind of job', () => {
  const sources = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.go') && !f.endsWith('_test.go'))
  const kinds = found(sources.map((f) => readFileSync(join(root, f), 'utf8')).join('\n'), /^(?:const |\t)[A-Za-z]*Job(?:Kind)? += "([a-z_.]+)"/gm)
  expect(kinds).toEqual(Object.keys(jobWords.zh).sort())
})

it('every state of a job, every algorithm of a key', () => {
  const api = readFileSync(resolve(root, '../api/openapi.yaml'), 'utf8')
  const enumOf = (schema: string, field: string) => {
    const block = api.slice(api.indexOf(`\n    ${schema}:\n`))
    const list = new RegExp(`\\n        ${field}:\\n(?: {10}.*\\n)*? {10}enum:\\n((?: {12}- .*\\n)+)`).exec(block)![1]!
    return list.match(/\S+(?=\n)/g)!.sort()
  }
  expect(enumOf('JobRecord', 'state')).toEqual(Object.keys(jobStates.zh).sort())
  expect(enumOf('ApikeyKey', 'alg')).toEqual(Object.keys(algWords.zh).sort())
})
