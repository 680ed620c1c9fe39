// Setting up a second factor: a picture for the authenticator, a code to show that
// it works, codes for the day the phone is lost.
import { Button, Form, Input, QRCode } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { call } from '../../api/client'
import type { Me } from '../../domain/access/me'
import { save } from '../../kit/csv'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Failed, Loading } from '../../kit/page'
import { useWords, words } from '../../kit/words'

const said = words({
  scan: ['用手机上的身份验证器扫描', 'Scan this with the authenticator on your phone'],
  key: ['不能扫描时，手工输入密钥', 'If you cannot scan, type the key'],
  code: ['验证器显示的 6 位口令', 'The six digits it shows'],
  confirm: ['确认启用', 'Confirm'],
  recovery: ['请保存恢复码', 'Keep these recovery codes'],
  recoveryAbout: ['手机丢失时，每个恢复码可登录一次。它们只显示这一次，请打印或抄写后妥善保管。', 'When the phone is lost, each lets you in once. They are shown now and never again: print or copy them.'],
  save: ['保存为文件', 'Save as a file'],
  done: ['已保存，继续', 'I have kept them'],
  file: ['畅融恢复码', 'Changrong recovery codes'],
})

export function FactorSetup({ done }: { done: (me: Me) => void }) {
  const t = useWords(said)
  const required = useRequired()
  const [link, setLink] = useState('')
  const [error, setError] = useState<unknown>()
  const [kept, setKept] = useState<{ me: Me; codes: string[] }>()
  const [form] = Form.useForm<{ code: string }>()
  const asked = useRef(false)
  useEffect(() => {
    if (asked.current) return
    asked.current = true
    call('post', '/api/me/factor', {}).then((e) => setLink(e.link), setError)
  }, [])
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const r = await call('put', '/api/me/factor', { body: { code: v.code.replace(/\s/g, '') } })
    setKept({ me: r.me, codes: r.recovery ?? [] })
  })
  if (kept) {
    return (
      <div className="stack">
        <div className="notice wait">
          <b>{t.recovery}</b>
          <div>{t.recoveryAbout}</div>
        </div>
        <ul style={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 6, listStyle: 'none', fontFamily: 'ui-monospace, monospace', fontSize: 15 }}>
          {kept.codes.map((c) => <li key={c}>{c}</li>)}
        </ul>
        <div className="row">
          <Button onClick={() => save(`${t.file}.txt`, `${kept.codes.join('\n')}\n`, 'text/plain;charset=utf-8')}>{t.save}</Button>
          <Button type="primary" onClick={() => done(kept.me)}>{t.done}</Button>
        </div>
      </div>
    )
  }
  if (error) return <Failed error={error} />
  if (!link) return <Loading rows={3} />
  const key = new URL(link).searchParams.get('secret') ?? ''
  return (
    <div className="stack">
      <div>
        <p style={{ marginBottom: 8 }}>{t.scan}</p>
        <QRCode value={link} type="svg" size={176} aria-label={t.scan} />
        <p className="quiet small" style={{ marginTop: 8 }}>
          {t.key}
          <br />
          <code style={{ fontSize: 14, overflowWrap: 'anywhere', color: 'var(--ink)' }}>{key.replace(/(.{4})/g, '$1 ')}</code>
        </p>
      </div>
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} onFinish={submit}>
        <Form.Item name="code" label={t.code} rules={[required]}>
          <Input size="large" inputMode="numeric" autoComplete="one-time-code" maxLength={10} />
        </Form.Item>
        <Button type="primary" size="large" htmlType="submit" block loading={busy}>{t.confirm}</Button>
      </Form>
    </div>
  )
}
