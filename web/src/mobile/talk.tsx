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
  sending: [(name: string) => `正在上传 ${name}…`, (name: string) => `Uploading ${name}…`],
  sent: [(name: string) => `${name} 已交给银行`, (name: string) => `${name} is with the bank`],
  tooBig: [(name: string, has: string) => `${name} 有 ${has}，超过20 MB，请重拍一张或压缩后再传`, (name: string, has: string) => `${name} has ${has}, over 20 MB; take another photo, or make it smaller`],
  empty: [(name: string) => `${name} 是空的，请换一个文件`, (name: string) => `${name} is empty; choose another`],
  wrongKind: [(name: string) => `${name} 不能上传：只收照片（JPG、PNG）、PDF、Word（docx）、Excel（xlsx）`, (name: string) => `${name} cannot be sent: photos (JPG, PNG), PDF, Word (docx) and Excel (xlsx) only`],
  again: ['再传一次', 'Send it again'],
  camera: ['拍照上传', 'Take a photo'],
  none: ['还没有留言', 'No messages yet'],
})

// kept is what is written and not sent yet, by referral.
const kept = new Map<string, string>()

const most = 20 * 1024 * 1024

type Detail = Answer<'/api/referrals/{id}'>

export function Talk({ of: d }: { of: Detail }) {
  const t = useWords(said)
  const me = useMe()
  const id = d.referral.id
  const queries = useQueryClient()
  const [text, setText] = useState(() => kept.get(id) ?? '')
  const write = (v: string) => {
    kept.set(id, v) // so that it is there again when one comes back
    setText(v)
  }
  const post = useChange('post', '/api/referrals/{id}/messages', ['/api/applications', '/api/referrals'])
  const messages = d.messages ?? []
  const files = (d.files ?? []).filter((f) => !f.dropped_ms)
  const live = !['declined', 'ended', 'repaid'].includes(d.referral.stage)
  const [busy, setBusy] = useState<File>()
  const [done, setDone] = useState('')
  const [wrong, setWrong] = useState<{ error: unknown; file?: File }>()
  const [paper, setPaper] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const camera = useRef<HTMLInputElement>(null)
  const attach = async (file: File | undefined) => {
    if (!file) return
    setDone('')
    setWrong(undefined)
    const no = file.size === 0 ? t.empty(file.name) : !/\.(pdf|jpe?g|png|docx|xlsx)$/i.test(file.name) ? t.wrongKind(file.name) : file.size > most ? t.tooBig(file.name, size(file.size)) : ''
    if (no) return setWrong({ error: { title: no, en: no, code: 'file' } }) // told at once, not after it was sent
    setBusy(file)
    try {
      await send(address('/api/referrals/{id}/attachments', { path: { id }, query: { name: file.name, paper } }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } })
      await freshen(queries, 'referral.paper')
      setDone(file.name)
    } catch (e) {
      setWrong({ error: e, file })
    } finally {
      setBusy(undefined)
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
            <ul>{d.papers!.map((p) => <li key={p.code} className="spread"><span>{p.title}</span>{p.files > 0 ? <Tag tone="good">{t.has}</Tag> : <button type="button" className="quiet-button" disabled={!live || busy !== undefined} onClick={() => choose(p.code)}>{t.attach}<span className="hidden-text"> {p.title}</span></button>}</li>)}</ul>
          </div>
        )}
        {files.length > 0 && <ul>{files.map((f) => <li key={f.id}><a className="file" href={`/api/referrals/${id}/attachments/${f.id}`} download={f.name}><Icon name="file" />{f.name} <small className="quiet">{size(f.size)}</small></a></li>)}</ul>}
        {live && (
          <>
            <Long label={t.write} value={text} onChange={write} maxLength={2000} />
            {post.error && <Failed error={post.error} />}
            <Button block color="primary" loading={post.isPending} disabled={text.trim() === ''} onClick={() => post.mutate({ path: { id }, body: { text: text.trim() } }, { onSuccess: () => write('') })}>{t.send}</Button>
            <div className="two">
              <Button disabled={busy !== undefined} onClick={() => { setPaper(''); camera.current?.click() }}>{t.camera}</Button>
              <Button disabled={busy !== undefined} onClick={() => choose('')}>{t.attach}</Button>
            </div>
            <p className="quiet small" role="status">{busy ? t.sending(busy.name) : done ? t.sent(done) : t.attachHint}</p>
            {wrong && <Failed error={wrong.error} action={wrong.file && <Button onClick={() => void attach(wrong.file)}>{t.again}</Button>} />}
            <input ref={input} type="file" hidden aria-label={t.attach} accept=".pdf,.jpg,.jpeg,.png,.docx,.xlsx" onChange={(e) => {
              void attach(e.target.files?.[0])
              e.target.value = '' // so that the same can be chosen again
            }} />
            <input ref={camera} type="file" hidden aria-label={t.camera} accept="image/jpeg,image/png" capture="environment" onChange={(e) => {
              void attach(e.target.files?.[0])
              e.target.value = ''
            }} />
          </>
        )}
      </div>
    </details>
  )
}
