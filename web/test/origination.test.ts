// What an application may say has words here, the same that the server knows.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { outcomeWords, purposeWords as dataPurposes } from '../src/domain/exchange/words'
import { classWords, decided, endWords, funnelWords, loanStatus, offerStates, refusalWords, stageTones, verbWords, way } from '../src/domain/origination/desk'
import { methodHints, methodWords, nextWords, purposeWords, securityWords, stageWords, stateWords } from '../src/domain/origination/words'

const root = resolve(import.meta.dirname, '../../internal')
const go = (file: string) => readFileSync(join(root, file), 'utf8')
const all = (text: string, re: RegExp) => [...new Set([...text.matchAll(re)].map((m) => m[1]!))].sort()
const keys = (words: { zh: object }) => Object.keys(words.zh).sort()

/** listed are the codes that a table of the words of products lists, some of them by a constant. */
const listed = (name: string) => {
  const words = go('origination/product/words.go').replace(/Code: ([a-z]\w+)/g, (_, c) => `Code: "${new RegExp(`const ${c} = "(\\w+)"`).exec(go('origination/product/words.go'))![1]}"`)
  return all(new RegExp(`var ${name} = \\[\\]fact\\.Value\\{[\\s\\S]*?\\n\\}`).exec(words)![0], /Code: "(\w+)"/g)
}

it('every purpose, security and way to repay', () => {
  expect(listed('Purposes')).toEqual(keys(purposeWords))
  expect(listed('Securities')).toEqual(keys(securityWords))
  expect(all(go('loanbook/repayment/terms.go'), /^\t\w+ +Method = "(\w+)"/gm)).toEqual(keys(methodWords))
  expect(keys(methodHints)).toEqual(keys(methodWords))
})

it('every state of an application, every stage of a referral and what comes next', () => {
  expect(all(go('origination/application.go'), /^\t\w+ +State = "(\w+)"/gm)).toEqual(keys(stateWords))
  const stages = all(go('origination/life.go'), /^\t\w+ +workflow\.Stage = "(\w+)"/gm)
  expect(stages.length).toBeGreaterThan(10)
  expect(keys(stageWords)).toEqual(stages)
  expect(keys(nextWords)).toEqual(stages)
})

it('every purpose and outcome of reading data', () => {
  expect(all(go('exchange/dataset.go'), /^\t\w+ +Purpose = "(\w+)"/gm)).toEqual(keys(dataPurposes))
  expect(all(go('exchange/reading.go'), /^\t\w+ +Outcome = "(\w+)"/gm)).toEqual(keys(outcomeWords))
})

it('all that is done to a referral, why banks decline, and how offers and loans stand', () => {
  const life = go('origination/life.go')
  expect(keys(verbWords)).toEqual([...all(life, /^\t\w+ +workflow\.Verb = "(\w+)"/gm), 'pause', 'resume'].sort())
  expect(all(/func Refusals\(\) \[\]Word \{[\s\S]*?\n\}/.exec(life)![0], /\{"(\w+)", /g)).toEqual(keys(refusalWords))
  expect(all(life, /^\tEnded\w+ += "(\w+)"/gm)).toEqual(keys(endWords))
  expect(all(go('origination/offer.go'), /^\tOffer\w+ +OfferState = "(\w+)"/gm)).toEqual(keys(offerStates))
  expect(all(go('origination/offer.go'), /^\tStatus\w+ +Status = "(\w+)"/gm)).toEqual(keys(loanStatus))
  expect(all(/classes = map\[string\]string\{.*\}/.exec(go('origination/offer.go'))![0], /"(\w+)": "/g)).toEqual(keys(classWords))
  expect(all(/names := map\[string\]string\{[\s\S]*?\n\t\}/.exec(go('origination/figures.go'))![0], /"(\w+)": "/g)).toEqual(keys(funnelWords))
  expect(Object.keys(stageTones).sort()).toEqual(keys(stageWords))
  expect([...way.filter((s) => !keys(stageWords).includes(s)), ...decided.filter((v) => !keys(verbWords).includes(v))]).toEqual([])
})
