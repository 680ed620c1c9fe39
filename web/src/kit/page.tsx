// The frame of every page: its name, and what it shows while it loads, when there
// is nothing, and when something is wrong.
import { Button } from 'antd'
import { type ReactNode, useRef } from 'react'
import { Link } from 'react-router'
import { Icon, type IconName } from './icon'
import { isTrouble, useSay, useTitle } from './say'
import { today } from './time'
import { useWords, words } from './words'

const said = words({
  loading: ['正在读取', 'Loading'],
  printed: [(d: string) => `畅融 · 打印于 ${d}`, (d: string) => `Changrong · printed on ${d}`],
  retry: ['重试', 'Try again'],
  back: ['返回', 'Back to '],
  code: ['错误代码', 'Code'],
})

/** Page is one page: a name, what one can do there, and what it shows. */
export function Page(p: { title: string; about?: ReactNode; back?: { to: string; name: string }; actions?: ReactNode; children: ReactNode }) {
  const t = useWords(said)
  useTitle(p.title)
  return (
    <main className="page" id="main" tabIndex={-1}>
      <header>
        <div>
          {p.back && (
            <Link className="back no-print" to={p.back.to}>
              <Icon name="left" size={14} />
              {t.back}
              {p.back.name}
            </Link>
          )}
          <h1>{p.title}</h1>
          {p.about && <p>{p.about}</p>}
        </div>
        {p.actions && <div className="row no-print">{p.actions}</div>}
      </header>
      <div className="stack">{p.children}</div>
      <p className="print-only quiet small">{t.printed(today())}</p>
    </main>
  )
}

/** Loading stands where something will be. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const t = useWords(said)
  return (
    <div className="bones" role="status">
      <span className="hidden-text" style={{ animation: 'none' }}>
        {t.loading}
      </span>
      {Array.from({ length: rows }, (_, i) => (
        <span key={i} style={{ width: `${[92, 78, 85, 64][i % 4]}%` }} />
      ))}
    </div>
  )
}

/** Empty says that there is nothing, and what to do about it. */
export function Empty({ icon = 'inbox', title, hint, action }: { icon?: IconName; title: string; hint?: ReactNode; action?: ReactNode }) {
  return (
    <div className="empty">
      <Icon name={icon} size={40} />
      <strong>{title}</strong>
      {hint && <span>{hint}</span>}
      {action && <div className="act">{action}</div>}
    </div>
  )
}

/** Failed says what is wrong, under which code, and lets one try again. */
export function Failed({ error, retry }: { error: unknown; retry?: () => void }) {
  const t = useWords(said)
  const say = useSay()
  const box = useRef<HTMLDivElement>(null)
  return (
    <div className="failed" role="alert" ref={box}>
      <strong>{say(error)}</strong>
      {isTrouble(error) && (
        <code>
          {t.code} {error.code}
        </code>
      )}
      {retry && (
        <div>
          <Button size="small" onClick={retry}>
            {t.retry}
          </Button>
        </div>
      )}
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

/** Card is a surface with a heading. */
export function Card({ title, extra, flush, children }: { title?: ReactNode; extra?: ReactNode; flush?: boolean; children: ReactNode }) {
  return (
    <section className={flush ? 'card flush' : 'card'}>
      {title && (
        <div className="card-head">
          <h2 className="h2">{title}</h2>
          {extra}
        </div>
      )}
      {children}
    </section>
  )
}
