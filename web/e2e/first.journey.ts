import { afterAll, beforeAll, expect, it } from 'vitest'
import { code, password, type Person, phone, Site } from './site'

let site: Site

beforeAll(async () => {
  site = await Site.start()
})
afterAll(() => site?.stop())

/** own changes a password that somebody else made. */
async function own(p: Person) {
  await p.page.getByRole('heading', { name: '设置您自己的密码' }).waitFor()
  await p.page.getByLabel('新密码', { exact: true }).fill(password)
  await p.page.getByLabel('再输一次新密码').fill(password)
  await p.page.getByRole('button', { name: '继续' }).click()
}

it('from the first start to an organisation, an account and the log of it', async () => {
  const system = await site.person()
  const { page } = system
  await page.goto('/')
  await page.waitForURL('**/begin')
  await system.look('begin')
  await page.getByLabel('初始化码').fill(code)
  await page.getByLabel('运行平台的机构').fill('临海市大数据中心')
  const first = page.getByRole('group', { name: '系统管理员' })
  await first.getByLabel('姓名').fill('王一')
  await first.getByLabel('登录名').fill('sys.wang')
  await first.getByLabel('密码').fill('short')
  const second = page.getByRole('group', { name: '安全管理员' })
  await second.getByLabel('姓名').fill('李安')
  await second.getByLabel('登录名').fill('sec.li')
  await second.getByLabel('密码').fill(`${password}0`)
  await page.getByRole('button', { name: '启用平台' }).click()
  // what the server finds wrong stands at its field, in Chinese
  await first.getByText('密码至少10位').waitFor()
  await first.getByLabel('密码').fill(password)
  await page.getByRole('button', { name: '启用平台' }).click()
  await page.waitForURL('**/sign-in')

  await system.look('sign in')
  await system.signIn('sys.wang', 'not the password')
  await page.getByText('登录名或密码不正确').waitFor()
  await system.signIn('sys.wang')
  await page.getByRole('heading', { name: '王一，您好' }).waitFor()
  await system.look('home')

  await page.getByRole('link', { name: '机构', exact: true }).click()
  await system.look('organisations')
  await page.getByRole('button', { name: '新增机构' }).first().click()
  const dialog = page.getByRole('dialog')
  await system.choose('类别', /^担保机构$/, dialog)
  await system.choose('类别', /^银行$/, dialog)
  await dialog.getByLabel('名称').fill('<script>alert(1)</script>银行')
  await dialog.getByLabel(/统一社会信用代码/).fill('91331082MA2AAAAAAB')
  await dialog.getByRole('button', { name: '新增机构' }).click()
  await dialog.locator('.ant-form-item-explain-error').waitFor()
  await dialog.getByLabel(/统一社会信用代码/).fill('')
  await dialog.getByRole('button', { name: '新增机构' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await page.getByText('<script>alert(1)</script>银行').waitFor()
  // the filter stands in the address
  await page.getByLabel('名称或代码').fill('大数据')
  await page.waitForURL('**/orgs?q=**')
  await page.getByText('<script>alert(1)</script>银行').waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: '清除筛选' }).click()

  await page.getByRole('link', { name: '账号与角色' }).click()
  await page.getByRole('button', { name: '新增账号' }).first().click()
  await system.choose('机构', '临海市大数据中心', dialog)
  await dialog.getByLabel('姓名').fill('赵审')
  await dialog.getByLabel('登录名').fill('aud.zhao')
  await dialog.getByRole('button', { name: '新增账号' }).click()
  const once = page.getByRole('dialog', { name: '一次性密码' })
  const made = (await once.locator('code').textContent()) ?? ''
  expect(made.length).toBeGreaterThan(9)
  await once.getByRole('button', { name: '已告知' }).click()
  await system.look('accounts')

  const security = await site.person()
  await security.signIn('sec.li', `${password}0`)
  await own(security)
  await security.page.getByRole('heading', { name: '李安，您好' }).waitFor()
  await security.page.getByRole('link', { name: /账号待授权/ }).click()
  await security.page.getByRole('link', { name: 'aud.zhao' }).click()
  await security.look('account')
  await security.page.getByRole('button', { name: '授予角色' }).click()
  await security.page.getByRole('dialog').getByLabel('审计管理员').check()
  await security.page.getByRole('dialog').getByRole('button', { name: '保存' }).click()
  await security.page.getByRole('dialog').waitFor({ state: 'hidden' })

  const audit = await site.person()
  await audit.signIn('aud.zhao', made)
  await own(audit)
  await audit.page.getByRole('heading', { name: '赵审，您好' }).waitFor()
  await audit.page.getByRole('link', { name: '审计日志', exact: true }).click()
  for (const action of ['机构：新增', '账号：新增', '账号：授权', '账号：修改密码']) await audit.page.getByText(action, { exact: true }).first().waitFor()
  await audit.look('audit log')
  await audit.page.getByRole('button', { name: '校验日志' }).click()
  await audit.page.getByRole('button', { name: '开始校验' }).click()
  await audit.page.getByText('校验通过').waitFor()

  // the places of one administrator are closed to the others
  await audit.page.goto('/orgs')
  await audit.page.getByRole('heading', { name: '您的角色不能查看此页' }).waitFor()
  await system.page.goto('/audit')
  await system.page.getByRole('heading', { name: '您的角色不能查看此页' }).waitFor()
})

it('a page may be walked with the keyboard alone', async () => {
  const p = await site.person()
  await p.page.goto('/sign-in')
  await p.settled()
  await p.page.getByLabel('登录名').focus()
  await p.page.keyboard.type('sys.wang')
  await p.page.keyboard.press('Tab')
  await p.page.keyboard.type(password)
  await p.page.keyboard.press('Enter')
  await p.page.getByRole('heading', { name: '王一，您好' }).waitFor()
  await p.page.goto('/orgs')
  await p.settled()
  await p.page.keyboard.press('Tab')
  await p.page.locator('.skip:focus').waitFor()
  await p.page.keyboard.press('Enter')
  // a dialog keeps the focus, Escape closes it, and the focus is where it was; between
  // its last field and its first the focus is the browser's own
  const add = p.page.getByRole('button', { name: '新增机构' })
  await add.focus()
  await p.page.keyboard.press('Enter')
  await p.page.getByRole('dialog').waitFor()
  for (let i = 0; i < 12; i++) {
    await p.page.keyboard.press('Tab')
    expect(await p.page.evaluate(() => document.activeElement === document.body || document.activeElement?.closest('[role=dialog]') !== null)).toBe(true)
  }
  await p.page.keyboard.press('Escape')
  await p.page.getByRole('dialog').waitFor({ state: 'hidden' })
  await p.page.waitForFunction(() => document.activeElement?.textContent?.includes('新增机构'))
  await p.look('organisations by keyboard')
})

it('English is said everywhere, and kept', async () => {
  const p = await site.person()
  await p.signIn('sys.wang')
  await p.page.getByRole('heading', { name: '王一，您好' }).waitFor()
  await p.page.getByRole('button', { name: 'Switch to English' }).or(p.page.getByTitle('Switch to English')).click()
  await p.page.getByRole('heading', { name: 'Good day, 王一' }).waitFor()
  await p.page.goto('/accounts')
  await p.page.getByRole('heading', { name: 'Accounts and roles' }).waitFor()
  expect(await p.page.evaluate(() => document.documentElement.lang)).toBe('en')
  await p.look('accounts in English')
})

it('a session that has ended leads to the door, and back to where one was', async () => {
  const p = await site.person()
  await p.signIn('sys.wang')
  await p.page.getByRole('heading', { name: '王一，您好' }).waitFor()
  await p.context.clearCookies()
  await p.page.getByRole('link', { name: '机构', exact: true }).click()
  await p.page.getByRole('button', { name: /退出|重试/ }).or(p.page.getByLabel('登录名')).first().waitFor()
  await p.page.goto('/accounts?q=wang')
  await p.page.waitForURL('**/sign-in?next=**')
  await p.page.getByLabel('登录名').fill('sys.wang')
  await p.page.getByLabel('密码', { exact: true }).fill(password)
  await p.page.getByRole('button', { name: '登录', exact: true }).click()
  await p.page.waitForURL('**/accounts?q=wang')
  // a way back that leads out of the console is not gone
  await p.page.goto('/sign-in?next=//example.org/')
  await p.page.waitForURL((u) => u.pathname === '/' && u.href.startsWith(site.url))
})

it('a phone has the same places in a drawer', async () => {
  const p = await site.person(phone)
  await p.signIn('sys.wang')
  await p.page.getByRole('heading', { name: '王一，您好' }).waitFor()
  await p.look('home on a phone')
  await p.page.getByRole('button', { name: '打开菜单' }).click()
  await p.page.getByRole('dialog').getByRole('link', { name: '机构', exact: true }).click()
  await p.page.getByRole('heading', { name: '机构', exact: true }).waitFor()
  await p.page.getByRole('dialog').waitFor({ state: 'hidden' })
  await p.look('organisations on a phone')
})
