// Messages and papers between a firm and one bank.
import Button from 'antd-mobile/es/components/button'
import { useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { address, type Answer, send } from '../api/client'
import { freshen } from '../api/live'
import { useChange } from '../api/query'
import { useMe } from '../domain/access/me'
import { Icon } from '../kit/icon'
import { size } from '../kit/sending'
import { useWords, words } from '../kit/words'
import { Long } from './field'
import { Failed } from './page'
import { At, Tag } from './show'

const said = words({
  talk: [(n: number) => (n > 0 ? `留言和材料（${n}）` : '留言和材料'), (n: number) => (n > 0 ? `Messages and papers (${n})` : 'Messages and papers')],
  mine: ['我', 'I'],
  write: ['给银行留言', 'Write to the bank'],
  send: ['发送', 'Send'],
  attach: ['上传材料', 'Add a paper'],
  attachHint: ['照片、PDF、Word、Excel，每个不超过20 MB', 'Photos, PDF, Word, Excel; up to 20 MB each'],
  papers: ['银行要的材料', 'Papers the bank asks for'],
  has: ['已交', 'here'],
  lacks: ['未交', 'missing'],
  sending: ['正在上传…', 'Uploading…'],
  none: ['还没有留言', 'No messages yet'],
})

type Detail = Answer<'/api/referrals/{id}'>

export function Talk({ of: d }: { of: Detail }) {
  const t = useWords(said)
  const me = useMe()
  const id = d.referral.id
  const queries = useQueryClient()
  const [text, setText] = useState('')
  const post = useChange('post', '/api/referrals/{id}/messages', ['/api/applications', '/api/referrals'])
  const messages = d.messages ?? []
  const files = (d.files ?? []).filter((f) => !f.dropped_ms)
  const live = !['declined', 'ended', 'repaid'].includes(d.referral.stage)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<unknown>()
  const [paper, setPaper] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const attach = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    setWrong(undefined)
    try {
      await send(address('/api/referrals/{id}/attachments', { path: { id }, query: { name: file.name, paper } }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } })
      await freshen(queries, 'referral.paper')
    } catch (e) {
      setWrong(e)
    } finally {
      setBusy(false)
    }
  }
  const choose = (code: string) => {
    setPaper(code)
    input.current?.click()
  }
  return (
    <details className="plain">
      <summary>{t.talk(messages.length + files.length)}</summary>
      <div className="stack">
        {messages.length === 0 && files.length === 0 && <p className="quiet">{t.none}</p>}
        <ul className="talk">
          {messages.map((m) => <li key={m.id} className={m.org === me.org ? 'mine' : undefined}><small className="quiet">{m.org === me.org ? t.mine : d.bank_name} · <At ms={m.at_ms} /></small><p>{m.text}</p></li>)}
        </ul>
        {(d.papers ?? []).length > 0 && (
          <div>
            <h3>{t.papers}</h3>
            <ul>{d.papers!.map((p) => <li key={p.code} className="spread"><span>{p.title}</span>{p.files > 0 ? <Tag tone="good">{t.has}</Tag> : <button type="button" className="quiet-button" disabled={!live || busy} onClick={() => choose(p.code)}>{t.attach}<span className="hidden-text"> {p.title}</span></button>}</li>)}</ul>
          </div>
        )}
        {files.length > 0 && <ul>{files.map((f) => <li key={f.id}><a className="file" href={`/api/referrals/${id}/attachments/${f.id}`} download={f.name}><Icon name="file" />{f.name} <small className="quiet">{size(f.size)}</small></a></li>)}</ul>}
        {live && (
          <>
            <Long label={t.write} value={text} onChange={setText} maxLength={2000} />
            {post.error && <Failed error={post.error} />}
            <div className="two">
              <Button loading={busy} onClick={() => choose('')}>{t.attach}</Button>
              <Button color="primary" loading={post.isPending} disabled={text.trim() === ''} onClick={() => post.mutate({ path: { id }, body: { text: text.trim() } }, { onSuccess: () => setText('') })}>{t.send}</Button>
            </div>
            <p className="quiet small">{busy ? t.sending : t.attachHint}</p>
            {wrong !== undefined && <Failed error={wrong} />}
            <input ref={input} type="file" hidden aria-label={t.attach} accept=".pdf,.jpg,.jpeg,.png,.docx,.xlsx" onChange={(e) => {
              void attach(e.target.files?.[0])
              e.target.value = '' // so that the same can be chosen again
            }} />
          </>
        )}
      </div>
    </details>
  )
}
