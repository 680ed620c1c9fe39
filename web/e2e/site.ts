// A whole platform for a journey: the real program, started in a folder of its own,
// and people with browsers.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'
import { afterEach, beforeEach } from 'vitest'
import { unfit } from './axe'

/** root is the repository. */
export const root = resolve(import.meta.dirname, '../..')
/** program is the built changrong. */
export const program = process.env.CHANGRONG ?? join(root, 'bin/changrong')
/** packs are the policies that it is given. */
export const packs = join(root, 'packs')
/** password is everybody's, where a journey may choose. */
export const password = 'Zhe-Jiang 2021'
/** code is what the first administrators and the clock are asked for. */
export const code = 'journey-0000-code'

export const desk = { width: 1440, height: 900 }
export const phone = { width: 390, height: 844 }

const run = promisify(execFile)

/** changrong runs a command of the program and returns what it prints. */
export async function changrong(...args: string[]): Promise<string> {
  return (await run(program, args, { maxBuffer: 1 << 24 })).stdout
}

/** everybody is who has a browser. */
export const everybody: Person[] = []

/** Running is the program at a command that goes on. */
export class Running {
  readonly log: string[] = []

  private constructor(
    private child: ChildProcess,
    private name: string,
  ) {
    child.stderr!.on('data', (b) => this.log.push(String(b)))
  }

  /** start begins a command and waits until what it prints has a match. */
  static async start(args: string[], says: RegExp, env = {}): Promise<[Running, RegExpExecArray]> {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
    const r = new Running(child, args[0]!)
    return [r, await new Promise<RegExpExecArray>((done, failed) => {
      let out = ''
      child.stdout.on('data', (b) => {
        out += b
        const m = says.exec(out)
        if (m) done(m)
      })
      child.once('error', failed)
      child.once('exit', (status) => failed(new Error(`changrong ${r.name} ended with ${status}: ${out}${r.log.join('')}`)))
    })]
  }

  /** stop ends it. */
  async stop() {
    if (this.child.exitCode !== null || this.child.signalCode !== null) throw new Error(`changrong ${this.name} had ended by itself: ${this.log.slice(-5).join('')}`)
    const gone = new Promise((done) => this.child.once('exit', done))
    this.child.kill('SIGTERM')
    await gone
  }
}

/** departments start, for a city of so many, by the clock of the demonstration that keeps its
 * data in a folder, if one is said; their settings are written into another. */
export async function departments(into: string, enterprises: number, demo?: string, ...more: string[]): Promise<Running> {
  const [r] = await Running.start(
    ['departments', '--listen', '127.0.0.1:0', '--control', '', '--seed', '1', '--enterprises', String(enterprises), '--out', into, ...(demo ? ['--demo-data', demo] : []), ...more], /platform\.env/,
  )
  return r
}

/** onDay makes the folder of a demonstration that begins at nine o'clock of a day, for departments,
 * which begin first. */
export function onDay(data: string, day: string) {
  mkdirSync(data, { mode: 0o700 })
  writeFileSync(join(data, 'demo.clock'), `${Date.parse(`${day}T09:00:00+08:00`) - Date.now()}\n`)
}

/** Site is a platform that runs. */
export class Site {
  /** beside is what runs beside it, and stops with it. */
  readonly beside: Running[] = []

  private constructor(
    readonly url: string,
    private server: Running | undefined,
    private folder: string,
    private browser: Browser,
  ) {}

  /** start begins a platform that has nobody yet. */
  static start(...flags: string[]): Promise<Site> {
    return Site.within(mkdtempSync(join(tmpdir(), 'changrong-journey-')), ...flags)
  }

  /** within begins one that keeps its things in a folder, its data in data below it. */
  static async within(folder: string, ...flags: string[]): Promise<Site> {
    const [server, [url]] = await Running.start(['serve', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0', '--packs', packs, ...flags], /http:\/\/[\d.]+:\d+/, { CHANGRONG_BEGIN_CODE: code })
    return new Site(url, server, folder, await launch())
  }

  /** at is a platform that runs already, such as that of `make demo`. */
  static async at(url: string): Promise<Site> {
    return new Site(url, undefined, mkdtempSync(join(tmpdir(), 'changrong-journey-')), await launch())
  }

  /** file returns a path in the platform's folder, for what a journey makes. */
  file(name: string): string {
    return join(this.folder, name)
  }

  /** person is somebody with a browser of his own. */
  async person(size = desk): Promise<Person> {
    const context = await this.browser.newContext({ viewport: size, locale: 'zh-CN', baseURL: this.url, reducedMotion: 'reduce', acceptDownloads: true })
    context.setDefaultTimeout(patience)
    const p = new Person(context, await context.newPage())
    everybody.push(p)
    return p
  }

  /** clock sets a demonstration's clock to nine o'clock of a day. Sessions end by it. */
  async clock(day: string) {
    const r = await fetch(`${this.url}/demo/clock`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ code, to_ms: Date.parse(`${day}T09:00:00+08:00`) }) })
    if (!r.ok) throw new Error(`the clock: ${r.status} ${await r.text()}`)
  }

  /** stop ends it, and leaves nothing. */
  async stop() {
    await this.browser.close()
    everybody.length = 0
    await this.server?.stop()
    for (const r of this.beside) await r.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }
}

// patience is how long somebody waits for what should be there at once: long, as the
// machine may be busy with other tests.
const patience = 60_000

/** Person does what people do, and minds what they would mind: errors in the page's
 * console, and what a screen reader could not make out. */
export class Person {
  readonly wrong: string[] = []

  constructor(
    readonly context: BrowserContext,
    readonly page: Page,
  ) {
    page.on('console', (m) => {
      // what the server refuses is told in the page
      if (m.type() === 'error' && !m.text().startsWith('Failed to load resource')) this.wrong.push(m.text())
    })
    page.on('pageerror', (e) => this.wrong.push(e.message))
  }

  /** signIn fills in the door and goes through, or stays where it is told why not. */
  async signIn(login: string, secret = password) {
    const { page } = this
    if (new URL(page.url(), 'http://x').pathname !== '/sign-in') await page.goto('/sign-in')
    await page.getByLabel('登录名').fill(login)
    await page.getByLabel('密码', { exact: true }).fill(secret)
    await this.press('登录')
  }

  /** press presses the button of this name. */
  async press(name: string | RegExp, within: Page | Locator = this.page) {
    await within.getByRole('button', typeof name === 'string' ? { name, exact: true } : { name }).first().click()
  }

  /** heading waits for the page of this name. */
  async heading(name: string | RegExp) {
    await this.page.getByRole('heading', typeof name === 'string' ? { name, exact: true } : { name }).first().waitFor()
  }

  /** sees waits for a text. */
  async sees(text: string | RegExp, within: Page | Locator = this.page) {
    await within.getByText(text).first().waitFor()
  }

  /** choose opens a list and takes the entry of this text. */
  async choose(label: string, entry: string | RegExp, within: Page | Locator = this.page) {
    await within.getByRole('combobox', { name: label, exact: true }).click()
    await this.page.locator('.ant-select-dropdown:visible .ant-select-item-option').filter({ hasText: entry }).first().click()
  }

  /** dialog is the one that is open. */
  get dialog() {
    return this.page.getByRole('dialog').last()
  }

  /** closed waits until no dialog is open. */
  async closed() {
    await this.page.waitForFunction(() => [...document.querySelectorAll('[role=dialog]')].every((d) => (d as HTMLElement).offsetParent === null))
  }

  /** save presses what downloads a file and keeps it under a path. */
  async save(press: Locator, path: string): Promise<string> {
    const [download] = await Promise.all([this.page.waitForEvent('download'), press.click()])
    await download.saveAs(path)
    return download.suggestedFilename()
  }

  /** look waits for the page to be there and throws unless it is fit for everybody. */
  async look(name: string) {
    await this.settled()
    const wrong = [...(await unfit(this.page)), ...(await this.faults())]
    if (wrong.length > 0) throw new Error(`${name}: ${wrong.join('\n  ')}`)
  }

  /** faults are what anybody sees to be wrong with the page as it stands. */
  async faults(): Promise<string[]> {
    // a page whose window has just changed lays itself out again, in its own time
    const over = await this.page.evaluate(async () => {
      const over = () => document.documentElement.scrollWidth - innerWidth
      for (const end = Date.now() + 5000; over() > 0 && Date.now() < end;) await new Promise((r) => setTimeout(r, 50))
      return over()
    })
    return [...(over > 0 ? [`the page is ${over}px wider than the window`] : []), ...this.wrong.splice(0)]
  }

  /** settled waits until nothing is loading. */
  async settled() {
    await this.page.locator('#main').waitFor()
    await this.page.waitForFunction(() => document.querySelector('.bones, [aria-busy=true]') === null)
    await this.page.evaluate(() => document.fonts.ready)
  }

  /** picture takes a picture of the page for the documents, when they are wanted. */
  async picture(name: string) {
    const into = process.env.CHANGRONG_PICTURES
    if (!into) return
    const folder = resolve(root, into)
    mkdirSync(folder, { recursive: true })
    await this.settled()
    // charts draw themselves a little later: the picture is taken when it no longer changes
    for (let [before, after]: Buffer[] = [Buffer.alloc(0), await this.page.screenshot()]; !after!.equals(before!);) {
      [before, after] = [after, await this.page.screenshot()]
      writeFileSync(join(folder, `${name}.png`), after!)
    }
  }
}

const launch = () => chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox', '--disable-gpu'], env: { ...process.env, LANGUAGE: 'zh_CN' } })

function chromiumPath(): string {
  const found = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find((p) => p && existsSync(p))
  if (!found) throw new Error('no Chromium: CHROMIUM may say where it is')
  return found
}

/** inOrder leaves out what comes after a failure: each part of a story builds on those
 * before it, and would only wait for what never comes. */
export function inOrder() {
  let failed: string | undefined
  beforeEach((c) => { if (failed !== undefined) c.skip(`“${failed}” failed`) })
  afterEach(({ task }) => { if (task.result?.state === 'fail') failed ??= task.name })
}
