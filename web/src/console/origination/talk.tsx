// What bank and enterprise say to each other about a referral, and the papers.
import { useQueryClient } from '@tanstack/react-query'
import { address, call, send } from '../../api/client'
import { useMay, useMe } from '../../domain/access/me'
import type { Detail } from '../../domain/origination/desk'
import { Icon } from '../../kit/icon'
import { Card } from '../../kit/page'
import { size } from '../../kit/sending'
import { At, Tag } from '../../kit/show'
import { Talk } from '../../kit/talk'
import { Sends } from '../../kit/upload'
import { useWords, words } from '../../kit/words'

const said = words({
  text: ['写给对方', 'A message'],
  inside: ['仅本行可见', 'for the bank alone'],
  insideTag: ['行内', 'inside'],
  none: ['无', 'None'],
  papers: ['材料', 'Papers'],
  needed: ['必需', 'needed'],
  other: ['其他材料', 'Others'],
  add: ['上传', 'Add'],
})

const over = (of: Detail) => ['declined', 'ended', 'repaid'].includes(of.referral.stage)

/** useReread returns what reads a referral again. */
function useReread() {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ predicate: (q) => String(q.queryKey[0]).startsWith('/api/referrals') })
}

export function Messages({ of }: { of: Detail }) {
  const t = useWords(said)
  const me = useMe()
  const may = useMay()
  const reread = useReread()
  const say = async (body: { text: string; inside: boolean }) => {
    await call('post', '/api/referrals/{id}/messages', { path: { id: of.referral.id }, body })
    await reread()
  }
  return <Talk of={of.messages} hint={t.text} inside={{ tag: t.insideTag, choice: me.org === of.referral.org && t.inside }} send={may('referral.message') && !over(of) ? say : undefined} />
}

export function Papers({ of }: { of: Detail }) {
  const t = useWords(said)
  const can = useMay()('referral.message') && !over(of)
  const files = (of.files ?? []).filter((f) => !f.dropped_ms)
  const papers = of.papers ?? []
  const others = files.filter((f) => !papers.some((p) => p.code === f.paper))
  const line = (f: (typeof files)[number]) => (
    <div key={f.id} className="row small" style={{ gap: 6 }}>
      <Icon name="file" size={14} />
      <a href={`/api/referrals/${of.referral.id}/attachments/${f.id}`} download={f.name} style={{ overflowWrap: 'anywhere' }}>{f.name}</a>
      <span className="quiet">{size(f.size)} · <At ms={f.at_ms} /></span>
    </div>
  )
  return (
    <Card title={t.papers}>
      <ul className="todo">
        {papers.map((p) => (
          <li key={p.code} style={{ alignItems: 'flex-start' }}>
            <div className="grow">
              {p.title} {p.needed && <Tag tone={p.files > 0 ? 'good' : 'wait'}>{t.needed}</Tag>}
              {files.filter((f) => f.paper === p.code).map(line)}
            </div>
            {can && <Attach referral={of.referral.id} paper={p.code} name={p.title} />}
          </li>
        ))}
        <li style={{ alignItems: 'flex-start' }}>
          <div className="grow">{t.other}{others.length === 0 ? <div className="quiet small">{t.none}</div> : others.map(line)}</div>
          {can && <Attach referral={of.referral.id} paper="" name={t.other} />}
        </li>
      </ul>
    </Card>
  )
}

function Attach({ referral, paper, name }: { referral: string; paper: string; name: string }) {
  const t = useWords(said)
  const reread = useReread()
  return <Sends of={t.add} label={`${t.add}：${name}`} take={async (file) => {
    await send(address('/api/referrals/{id}/attachments', { path: { id: referral }, query: { name: file.name, paper } }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } })
    await reread()
  }} />
}
