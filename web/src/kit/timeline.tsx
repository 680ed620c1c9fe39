// What was done to a case, step by step.
import type { ReactNode } from 'react'
import { Card } from './page'
import { At } from './show'
import type { Instant } from './time'
import { useWords, words } from './words'

const said = words({
  title: ['办理经过', 'What was done'],
  none: ['无', 'None'],
  clock: ['平台自动', 'The platform'],
})

/** Step is one thing done to a case; one that names nobody was done by the platform. */
export interface Step {
  seq: number
  at_ms: Instant
  name?: string
  role?: string
  reason?: string
}

/** Timeline tells what was done to a case, the latest first; what says a step in words, role a role. */
export function Timeline<S extends Step>({ of, what, role }: { of: readonly S[] | null | undefined; what: (step: S) => ReactNode; role: (code: string) => string }) {
  const t = useWords(said)
  const all = [...(of ?? [])].reverse()
  return (
    <Card title={t.title}>
      {all.length === 0 ? <p className="quiet">{t.none}</p> : (
        <ol className="timeline">
          {all.map((d) => (
            <li key={d.seq}>
              <div className="spread"><b>{what(d)}</b><span className="quiet small"><At ms={d.at_ms} /></span></div>
              <div className="quiet small">{d.name ? `${d.name}${d.role ? ` · ${role(d.role)}` : ''}` : t.clock}</div>
              {d.reason && <p>{d.reason}</p>}
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
