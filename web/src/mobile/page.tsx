// The frame of every page on a phone: its name, the way back, the switches that are
// on all of them, and what it shows while it loads, when there is nothing, and when
// something is wrong.
import { useQueryClient } from '@tanstack/react-query'
import Button from 'antd-mobile/es/components/button'
import { type ReactNode, useContext, useEffect, useRef } from 'react'
import { Link, useLocation, useNavigationType } from 'react-router'
import { useGet } from '../api/query'
import { MeContext } from '../domain/access/me'
import { Icon, type IconName } from '../kit/icon'
import { isTrouble, useSay, useTitle } from '../kit/say'
import { useLang, useWords, words } from '../kit/words'
import { useElder } from './elder'
import { useLine } from './line'
import { hush, read, useReading } from './speak'

const said = words({
  brand: ['畅融', 'Changrong'],
  skip: ['跳到正文', 'Skip to content'],
  tools: ['页面设置', 'Settings of the page'],
  elderOn: ['长辈版', 'Large type'],
  elderOff: ['退出长辈版', 'Usual type'],
  read: ['朗读', 'Read aloud'],
  stop: ['停止朗读', 'Stop'],
  other: ['EN', '中文'],
  otherTitle: ['Switch to English', '切换到中文'],
  back: ['返回', 'Back'],
  places: ['主导航', 'Main navigation'],
  home: ['首页', 'Home'],
  applications: ['申请', 'Applications'],
  benefits: ['优惠', 'Benefits'],
  data: ['数据', 'Data'],
  demo: ['演示环境：数据均为虚构', 'Demonstration: all data is invented'],
  gone: ['网络已断开。您填写的内容已存在这部手机里，恢复后会自动继续。', 'There is no network. What you typed is kept on this phone; it goes on by itself.'],
  slow: ['网络较慢，仍在读取，请稍候。', 'The network is slow; still loading.'],
  loading: ['正在读取', 'Loading'],
  retry: ['重试', 'Try again'],
  code: ['错误代码', 'Code'],
})

/** Page is one page. */
export function Page(p: { title: string; back?: string; children: ReactNode; foot?: ReactNode; tabs?: boolean }) {
  const t = useWords(said)
  useTitle(p.title)
  const main = useRef<HTMLElement>(null)
  const how = useNavigationType()
  const at = useLocation().pathname
  useEffect(() => {
    if (how === 'POP') return
    main.current?.focus({ preventScroll: true })
    scrollTo(0, 0)
  }, [at, how])
  return (
    <>
      <a className="skip" href="#main">{t.skip}</a>
      <Tools of={main} />
      <header className="head">
        {p.back !== undefined && (
          <Link className="back" to={p.back} aria-label={t.back}>
            <Icon name="left" size={24} />
          </Link>
        )}
        <h1 id="title">{p.title}</h1>
      </header>
      <LineNotice />
      <main className="page" id="main" tabIndex={-1} ref={main} aria-labelledby="title">
        <div className="stack">{p.children}</div>
      </main>
      {p.foot && <div className="foot">{p.foot}</div>}
      {p.tabs && <Tabs />}
    </>
  )
}

// Tools are the switches that every page has.
function Tools({ of }: { of: React.RefObject<HTMLElement | null> }) {
  const t = useWords(said)
  const { elder, setElder } = useElder()
  const { lang, setLang } = useLang()
  const reading = useReading()
  const platform = useGet('/api/platform', {}, { staleTime: Infinity })
  return (
    <>
      <nav className="strip" aria-label={t.tools}>
        <Link to="/" className="brand"><img src="/mark.svg" alt="" /><span>{t.brand}</span></Link>
        {reading !== undefined && (
          <button type="button" onClick={() => (reading ? hush() : of.current && read(of.current, lang))}>{reading ? t.stop : t.read}</button>
        )}
        <button type="button" aria-pressed={elder} onClick={() => setElder(!elder)}>{elder ? t.elderOff : t.elderOn}</button>
        <button type="button" title={t.otherTitle} lang={lang === 'zh' ? 'en' : 'zh-CN'} onClick={() => { hush(); setLang(lang === 'zh' ? 'en' : 'zh') }}>{t.other}</button>
      </nav>
      {platform.data?.demo && <p className="demo">{t.demo}</p>}
    </>
  )
}

function LineNotice() {
  const t = useWords(said)
  const line = useLine()
  return (
    <div role="status" className="line-notice">
      {line !== 'well' && <p className="notice wait"><Icon name="warn" />{line === 'gone' ? t.gone : t.slow}</p>}
    </div>
  )
}

const tabs = [['/', 'home', 'home'], ['/applications', 'applications', 'file'], ['/benefits', 'benefits', 'pay'], ['/data', 'data', 'shield']] as const

// Tabs are the places of an enterprise that is signed in.
function Tabs() {
  const t = useWords(said)
  const at = useLocation().pathname
  const me = useContext(MeContext)
  if (!me) return null
  return (
    <nav className="tabs" aria-label={t.places}>
      {tabs.map(([to, name, icon]) => {
        const here = to === '/' ? at === '/' : at.startsWith(to)
        return (
          <Link key={to} to={to} className={here ? 'active' : undefined} aria-current={here ? 'page' : undefined}>
            <Icon name={icon} size={24} />
            {t[name]}
          </Link>
        )
      })}
    </nav>
  )
}

/** Loading stands where something will be. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const t = useWords(said)
  return (
    <div className="bones card" role="status">
      <span className="hidden-text">{t.loading}</span>
      {Array.from({ length: rows }, (_, i) => <i key={i} style={{ width: `${[92, 78, 85, 64][i % 4]}%` }} />)}
    </div>
  )
}

/** Empty says that there is nothing, and what to do about it. */
export function Empty({ icon = 'inbox', title, hint, action }: { icon?: IconName; title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} size={48} />
      <strong>{title}</strong>
      {hint && <span>{hint}</span>}
      {action}
    </div>
  )
}

/** Failed says what is wrong, what to do, and under which code to ask about it. */
export function Failed({ error, retry, action }: { error: unknown; retry?: () => void; action?: ReactNode }) {
  const t = useWords(said)
  const say = useSay()
  return (
    <div className="failed" role="alert">
      <strong>{say(error)}</strong>
      {isTrouble(error) && error.code !== 'file' && <code className="no-voice">{t.code} {error.code}</code>}
      {retry && <Button onClick={retry}>{t.retry}</Button>}
      {action}
    </div>
  )
}

type Asked<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown }

/** Shown shows what was asked for: bones, what went wrong, or the thing. */
export function Shown<T>({ of, rows, children }: { of: Asked<T>; rows?: number; children: (data: T) => ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error) return <Failed error={of.error} retry={() => of.refetch()} />
  return <Loading rows={rows} />
}

/** Card is a part of a page with a heading. */
export function Card({ title, extra, children }: { title?: ReactNode; extra?: ReactNode; children: ReactNode }) {
  return (
    <section className="card">
      {title && <div className="card-head"><h2>{title}</h2>{extra}</div>}
      {children}
    </section>
  )
}

/** useForget drops what was read of somebody, when he goes or comes. */
export function useForget(): () => void {
  const queries = useQueryClient()
  return () => queries.clear()
}
