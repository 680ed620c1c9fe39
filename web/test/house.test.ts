// Rules about the source itself: which way imports point, and that every word on
// the screen is there in both languages.
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = resolve(import.meta.dirname, '../src')
const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((f) => /\.tsx?$/.test(f) && !f.endsWith('.d.ts'))
  .map((f) => ({ path: f, text: readFileSync(join(root, f), 'utf8') }))

// Each may import what stands before it, and itself.
const layers = [['kit'], ['api'], ['domain'], ['console', 'mobile']]
const level = (folder: string) => layers.findIndex((l) => l.includes(folder))
// The domain of accounts is known to all others, which do not know each other.
const known = 'access'

function wrongImports(path: string, text: string): string[] {
  const [from, noun] = path.split('/')
  const wrong: string[] = []
  for (const { fileName } of ts.preProcessFile(text, true, true).importedFiles) {
    if (!fileName.startsWith('.')) continue
    const [to, other] = relative(root, resolve(root, dirname(path), fileName)).split('/')
    if (path === 'main.tsx' || path === 'phone.tsx' || to === undefined) continue
    if (to !== from && (level(to) < 0 || level(to) >= level(from!))) wrong.push(`${path}: ${from} imports ${to}`)
    if (to === 'domain' && from === 'domain' && noun !== other && other !== known) wrong.push(`${path}: domain/${noun} imports domain/${other}`)
  }
  return wrong
}

it('imports point from the console down to the kit', () => {
  expect(files.flatMap((f) => wrongImports(f.path, f.text))).toEqual([])
})

it('imports that point elsewhere are found', () => {
  expect(wrongImports('kit/a.ts', "import '../api/client'")).toHaveLength(1)
  expect(wrongImports('domain/ledger/a.ts', "import '../subsidy/words'")).toHaveLength(1)
  expect(wrongImports('console/x.tsx', "const f = () => import('../mobile/y')")).toHaveLength(1)
  expect(wrongImports('domain/ledger/a.ts', "import '../access/me'\nimport '../../kit/money'")).toEqual([])
})

/** circles finds files that import each other, by whatever way round, types too. */
function circles(files: { path: string; text: string }[]): string[] {
  const names = new Set(files.map((f) => f.path))
  const next = new Map(files.map((f) => [f.path, ts.preProcessFile(f.text, true, true).importedFiles
    .map(({ fileName }) => fileName.startsWith('.') ? join(dirname(f.path), fileName) : '')
    .flatMap((n) => [n, `${n}.ts`, `${n}.tsx`].filter((x) => names.has(x)))]))
  const found: string[] = []
  const done = new Set<string>()
  const walk = (path: string, way: string[]) => {
    if (way.includes(path)) found.push([...way.slice(way.indexOf(path)), path].join(' → '))
    if (way.includes(path) || done.has(path)) return
    for (const n of next.get(path)!) walk(n, [...way, path])
    done.add(path)
  }
  for (const f of files) walk(f.path, [])
  return found
}

it('no file imports one that imports it', () => {
  // pages are loaded when they are opened, by the list of all of them
  expect(circles(files)).toEqual([])
})

it('imports in a circle are found', () => {
  expect(circles([{ path: 'a/x.ts', text: "import '../b/y'" }, { path: 'b/y.tsx', text: "import type { Z } from './z'" }, { path: 'b/z.ts', text: "import '../a/x'" }])).toEqual(['a/x.ts → b/y.tsx → b/z.ts → a/x.ts'])
  expect(circles([{ path: 'a.ts', text: "import './b'\nimport './c'" }, { path: 'b.ts', text: "import './c'" }, { path: 'c.ts', text: '' }])).toEqual([])
})

/** libraries returns the packages that come with a file, and its path to each. */
function libraries(from: string): Map<string, string> {
  const found = new Map<string, string>()
  const seen = new Set<string>()
  const walk = (path: string, way: string) => {
    const f = files.find((x) => x.path === path || x.path === `${path}.ts` || x.path === `${path}.tsx`)
    if (!f || seen.has(f.path)) return
    seen.add(f.path)
    const source = ts.createSourceFile(f.path, f.text, ts.ScriptTarget.Latest)
    const typesOnly = new Set(source.statements.filter(ts.isImportDeclaration).filter((d) => d.importClause?.isTypeOnly).map((d) => (d.moduleSpecifier as ts.StringLiteral).text))
    for (const { fileName } of ts.preProcessFile(f.text, true, true).importedFiles) {
      if (fileName.startsWith('.')) walk(relative(root, resolve(root, dirname(f.path), fileName)), `${way} → ${fileName}`)
      else if (!typesOnly.has(fileName)) found.set(fileName.split('/')[0]!, `${way} → ${fileName}`)
    }
  }
  walk(from, from)
  return found
}

it('the pages on a phone take nothing that is made for a desk', () => {
  const all = libraries('phone')
  expect(all.has('antd-mobile')).toBe(true)
  expect([all.get('antd'), all.get('echarts')]).toEqual([undefined, undefined])
  expect(libraries('main').has('antd')).toBe(true)
})

const han = /\p{Script=Han}/u

/** unpaired finds Chinese that is not the first of a pair in words(…), and pairs
 * whose second is missing or Chinese. */
function unpaired(path: string, text: string): string[] {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const wrong: string[] = []
  const line = (n: ts.Node) => `${path}:${source.getLineAndCharacterOfPosition(n.getStart(source)).line + 1}`
  const isPair = (n: ts.Node): n is ts.ArrayLiteralExpression => {
    if (!ts.isArrayLiteralExpression(n) || !ts.isPropertyAssignment(n.parent)) return false
    const call = n.parent.parent.parent
    return ts.isCallExpression(call) && call.expression.getText(source) === 'words'
  }
  const walk = (n: ts.Node) => {
    if (isPair(n)) {
      const en = n.elements[1]
      if (n.elements.length !== 2 || !en) wrong.push(`${line(n)}: not a pair`)
      // the names of the languages are written in themselves
      else if (han.test(en.getText(source).replace('切换到中文', '').replace('中文', ''))) wrong.push(`${line(n)}: Chinese in the English`)
      else if (en.getText(source) === "''" && n.elements[0]!.getText(source) !== "''") wrong.push(`${line(n)}: no English`)
      return
    }
    const literal = ts.isStringLiteralLike(n) || ts.isJsxText(n) || ts.isTemplateHead(n) || ts.isTemplateMiddle(n) || ts.isTemplateTail(n)
    if (literal && han.test(n.getText(source))) wrong.push(`${line(n)}: ${n.getText(source)} stands in no words(…)`)
    ts.forEachChild(n, walk)
  }
  walk(source)
  return wrong
}

it('every word on the screen is there in Chinese and in English', () => {
  // the client has the few sentences of its own for when no server answers
  expect(files.filter((f) => f.path !== 'api/client.ts').flatMap((f) => unpaired(f.path, f.text))).toEqual([])
})

it('words without a pair are found', () => {
  expect(unpaired('a.tsx', "const a = <p>你好</p>")).toHaveLength(1)
  expect(unpaired('a.tsx', "const a = '你好'")).toHaveLength(1)
  expect(unpaired('a.tsx', "words({ a: ['你好'] })")).toHaveLength(1)
  expect(unpaired('a.tsx', "words({ a: ['你好', '你好'] })")).toHaveLength(1)
  expect(unpaired('a.tsx', "words({ a: ['你好', 'hello'], n: [(x: number) => `共${x}`, (x: number) => `${x}`] }) // 注")).toEqual([])
})

it('no page takes scripts or styles from elsewhere', () => {
  for (const page of ['index.html', 'm.html']) expect(readFileSync(join(root, '..', page), 'utf8').match(/https?:\/\//g)).toBeNull()
  expect(files.filter((f) => /dangerouslySetInnerHTML|\beval\(|new Function/.test(f.text)).map((f) => f.path)).toEqual([])
})
