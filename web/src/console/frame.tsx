// The frame around every page of somebody who is signed in.
import { Badge, Button, Drawer, Dropdown } from 'antd'
import { type ReactNode, useEffect, useState } from 'react'
import { Link, Navigate, Outlet, useLocation, useNavigate } from 'react-router'
import { useQueryClient } from '@tanstack/react-query'
import { useGet, useChange } from '../api/query'
import { Live } from '../api/live'
import { useFull } from '../api/room'
import { MeContext, useMay, useMe } from '../domain/access/me'
import { roleWords } from '../domain/access/words'
import { Icon } from '../kit/icon'
import { Failed, Loading } from '../kit/page'
import { useCode, useLang, useWords, words } from '../kit/words'
import { groups, placeWords, places } from './places'

const said = words({
  name: ['畅融', 'Changrong'],
  sub: ['惠企金融政策平台', 'Small business finance'],
  skip: ['跳到正文', 'Skip to content'],
  menu: ['打开菜单', 'Open the menu'],
  places: ['主导航', 'Main navigation'],
  me: ['我的账号', 'My account'],
  messages: ['消息', 'Messages'],
  out: ['退出登录', 'Sign out'],
  demo: ['演示环境：数据均为虚构', 'Demonstration: all data is invented'],
  full: ['服务器存储空间已满：可以查询，暂时不能保存。请联系系统管理员清理空间，清理后自动恢复。', 'The server has no room left: you can read, and nothing can be saved. Ask the system administrator to make room; it goes on by itself.'],
  other: ['English', '中文'],
  otherTitle: ['Switch to English', '切换到中文'],
})

/** Guarded lets in who is signed in, and leads everybody else to the door. */
export function Guarded({ children }: { children: ReactNode }) {
  const me = useGet('/api/session', {}, { staleTime: 60_000 })
  const at = useLocation()
  const next = at.pathname + at.search
  if (me.error?.status === 401) return <Navigate to={`/sign-in${next === '/' ? '' : `?next=${encodeURIComponent(next)}`}`} replace />
  if (me.data === undefined) {
    return (
      <main className="page" id="main">
        {me.error ? <Failed error={me.error} retry={() => me.refetch()} /> : <Loading rows={6} />}
      </main>
    )
  }
  if (me.data.stage !== 'signed_in') return <Navigate to="/sign-in" replace />
  return <MeContext value={me.data}><Live>{children}</Live></MeContext>
}

/** Frame is the side, the head, and the page. */
export function Frame() {
  const t = useWords(said)
  const at = useLocation()
  const [menu, setMenu] = useState(false)
  const full = useFull()
  const platform = useGet('/api/platform', {}, { staleTime: Number.POSITIVE_INFINITY })
  useEffect(() => {
    setMenu(false)
    document.getElementById('main')?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [at.pathname])
  const me = useMe()
  return (
    <>
      <a className="skip" href="#main">{t.skip}</a>
      {platform.data?.demo && <div className="demo">{t.demo}</div>}
      {full && <div className="full" role="status">{t.full}</div>}
      <div className="frame">
        <div className="side">
          <Brand />
          <Places />
        </div>
        <div className="main">
          <header className="head">
            <Button className="burger" type="text" aria-label={t.menu} icon={<Icon name="menu" />} onClick={() => setMenu(true)} />
            <span className="where">{me.org_name}</span>
            <div className="tools">
              <LangSwitch />
              <Bell />
              <Who />
            </div>
          </header>
          <Outlet />
        </div>
      </div>
      <Drawer open={menu} onClose={() => setMenu(false)} placement="left" size={270} title={<Brand />} styles={{ body: { padding: 0 }, header: { padding: '4px 8px' } }}>
        <Places />
      </Drawer>
    </>
  )
}

function Brand() {
  const t = useWords(said)
  return (
    <Link to="/" className="brand">
      <img src="/mark.svg" alt="" />
      <span>
        <b>{t.name}</b>
        <small>{t.sub}</small>
      </span>
    </Link>
  )
}

function Places() {
  const t = useWords(said)
  const name = useWords(placeWords)
  const may = useMay()
  const firm = useMe().org_kind === 'enterprise'
  const at = useLocation().pathname
  // the place that one is in, or below
  const active = places.filter((p) => p.group && (at === p.path || at.startsWith(p.path === '/' ? '//' : `${p.path}/`))).sort((a, b) => b.path.length - a.path.length)[0]
  return (
    <nav className="places" aria-label={t.places}>
      {groups.map((g) => {
        const here = places.filter((p) => p.group === g && (!p.need || p.need.some(may)) && !(firm && p.phone))
        if (here.length === 0) return null
        return (
          <div key={g}>
            <h2>{name[g]}</h2>
            <ul>
              {here.map((p) => (
                <li key={p.path}>
                  <Link to={p.path} className={p === active ? 'active' : undefined} aria-current={p === active ? 'page' : undefined}>
                    {p.icon && <Icon name={p.icon} />}
                    {name[p.name]}
                  </Link>
                </li>
              ))}
            </ul>
          </div>
        )
      })}
    </nav>
  )
}

/** LangSwitch changes the language. */
export function LangSwitch() {
  const { lang, setLang } = useLang()
  const t = useWords(said)
  return (
    <Button type="text" size="small" title={t.otherTitle} lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => setLang(lang === 'zh' ? 'en' : 'zh')}>
      {t.other}
    </Button>
  )
}

function Bell() {
  const t = useWords(said)
  const go = useNavigate()
  const messages = useGet('/api/messages', { query: { unread: true, limit: 1 } }, { refetchInterval: 60_000 })
  const n = messages.data?.unread ?? 0
  return (
    <Badge count={n} size="small" offset={[-6, 6]} color="#b54e08">
      <Button type="text" aria-label={n > 0 ? `${t.messages}（${n}）` : t.messages} icon={<Icon name="bell" />} onClick={() => go('/messages')} />
    </Badge>
  )
}

function Who() {
  const me = useMe()
  const t = useWords(said)
  const role = useCode(roleWords)
  const go = useNavigate()
  const queries = useQueryClient()
  const out = useChange('delete', '/api/session', [])
  const roles = (me.roles ?? []).map(role).join('、')
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: [
          { key: 'who', label: <div><b>{me.name}</b><div className="quiet small">{roles}</div></div>, disabled: true, style: { color: 'inherit', cursor: 'default' } },
          { type: 'divider' },
          { key: 'me', label: t.me, icon: <Icon name="key" size={16} />, onClick: () => go('/me') },
          {
            key: 'out', label: t.out, icon: <Icon name="out" size={16} />,
            onClick: async () => {
              await out.mutateAsync({}).catch(() => undefined) // an ended session is out already
              queries.clear()
              go('/sign-in')
            },
          },
        ],
      }}
    >
      <button type="button" className="who" aria-haspopup="menu">
        <span className="avatar" aria-hidden="true">{[...me.name][0]}</span>
        <span className="name">{me.name}</span>
        <Icon name="down" size={14} />
      </button>
    </Dropdown>
  )
}
