import Button from 'antd-mobile/es/components/button'
import { useState } from 'react'
import { call, Problem } from '../../api/client'
import type { Draft } from '../../domain/origination/draft'
import { draftOf } from '../../domain/origination/drafts'
import type { Form } from '../../domain/origination/need'
import { purposeWords } from '../../domain/origination/words'
import { useCode, useWords, words } from '../../kit/words'
import { Long } from '../field'
import { Card, Empty, Failed, Shown } from '../page'
import { Facts, Wan } from '../show'
import { chosenOf, useMatches } from './banks'
import { Consents, useConsents } from './consents'
import { wishOf } from './wish'

const said = words({
  summary: ['您的申请', 'Your application'],
  amount: ['金额', 'Amount'],
  term: ['期限', 'Term'],
  months: [(n: number) => `${n}个月`, (n: number) => `${n} months`],
  purpose: ['用途', 'Purpose'],
  contact: ['联系人', 'Contact'],
  banks: ['发给', 'Sent to'],
  remark: ['备注', 'Remark'],
  remarkHint: ['想对银行说的话', 'What you would tell the banks'],
  send: [(n: number) => `提交给 ${n} 家银行`, (n: number) => `Send to ${n} ${n === 1 ? 'bank' : 'banks'}`],
  gone: ['您选的产品刚刚停办，请回上一步重新选择', 'The product is no longer offered; go back and choose another'],
  back: ['重新选择', 'Choose again'],
})

export function Send({ draft, done, back }: { draft: Draft<Form>; done: (id: string) => void; back: () => void }) {
  const t = useWords(said)
  const found = useMatches(wishOf(draft.values))
  return (
    <Shown of={found} rows={10}>
      {(data) => {
        const to = chosenOf(data, draft.values.products)
        if (to.length === 0) return <Empty icon="warn" title={t.gone} action={<Button color="primary" onClick={back}>{t.back}</Button>} />
        return <Whole draft={draft} to={to} done={done} />
      }}
    </Shown>
  )
}

function Whole({ draft, to, done }: { draft: Draft<Form>; to: ReturnType<typeof chosenOf>; done: (id: string) => void }) {
  const t = useWords(said)
  const purpose = useCode(purposeWords)
  const f = draft.values
  const consents = useConsents(to)
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<unknown>()
  const submit = async () => {
    setTried(true)
    setWrong(undefined)
    if (!consents.given) {
      requestAnimationFrame(() => document.querySelector<HTMLElement>('.field.wrong input')?.focus())
      return
    }
    setBusy(true)
    await draft.push() // with its key, so that the same is sent again whatever happens on the way
    try {
      const a = await call('post', '/api/applications', {
        body: {
          key: f.key, code: f.code, draft: draftOf(draft.version), contact: { name: f.contact_name.trim(), phone: f.contact_phone.trim() },
          need: {
            amount_fen: f.amount_fen ?? 0, term_months: f.term_months ?? 0, purpose: f.purpose, purpose_text: f.purpose_text.trim(), security: f.security, method: f.method, region: f.region.trim(), remark: f.remark.trim(),
          },
          targets: consents.given,
        },
      })
      draft.forget()
      done(a.id)
    } catch (e) {
      if (e instanceof Problem && e.code === 'exchange.text_changed') consents.again()
      setWrong(e)
      setBusy(false)
    }
  }
  return (
    <>
      <Card title={t.summary}>
        <Facts of={[
          [t.amount, <Wan fen={f.amount_fen} />], [t.term, t.months(f.term_months ?? 0)], [t.purpose, purpose(f.purpose)], [t.contact, `${f.contact_name} ${f.contact_phone}`], [t.banks, to.map((m) => m.bank_name).join('、')],
        ]} />
      </Card>
      <Consents to={to} of={consents} tried={tried} />
      <Card><Long label={t.remark} optional hint={t.remarkHint} maxLength={500} value={f.remark} onChange={(v) => draft.set('remark', v)} /></Card>
      {wrong !== undefined && <Failed error={wrong} />}
      <Button color="primary" block size="large" loading={busy} onClick={submit}>{t.send(to.length)}</Button>
    </>
  )
}
