// An application that goes to more banks, or from one to another.
import Button from 'antd-mobile/es/components/button'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { attempt } from '../api/client'
import { useChange, useGet } from '../api/query'
import type { Wish } from '../domain/origination/matches'
import { stageWords } from '../domain/origination/words'
import { useCode, useWords, words } from '../kit/words'
import type { Folder } from './application'
import { Banks, chosenOf, useMatches } from './apply/banks'
import { Consents, useConsents } from './apply/consents'
import { Choice } from './field'
import { Card, Failed, Page, Shown } from './page'

const said = words({
  title: ['转投其他银行', 'To other banks'],
  from: ['原来的银行', 'The banks so far'],
  keep: ['都继续办，再加几家', 'Keep all, and add some'],
  leave: [(bank: string) => `不再找${bank}`, (bank: string) => `Leave ${bank}`],
  next: ['下一步：授权', 'Next: consent'],
  send: ['提交', 'Send'],
})

export default function Again() {
  const t = useWords(said)
  const id = useParams().id ?? ''
  const one = useGet('/api/applications/{id}', { path: { id } })
  return <Page title={t.title} back={`/applications/${id}`}><Shown of={one} rows={8}>{(f) => <Whole of={f} />}</Shown></Page>
}

function Whole({ of: f }: { of: Folder }) {
  const t = useWords(said)
  const stage = useCode(stageWords)
  const go = useNavigate()
  const live = (f.referrals ?? []).filter((r) => ['pushed', 'accepted', 'contacted', 'under_review', 'offered'].includes(r.referral.stage))
  const [from, setFrom] = useState('')
  const [products, setProducts] = useState<string[]>([])
  const [sure, setSure] = useState(false)
  const [tried, setTried] = useState(false)
  const wish: Wish = { ...f.application.need, key: f.application.id }
  const to = chosenOf(useMatches(wish).data, products)
  const consents = useConsents(sure ? to : [])
  const send = useChange('post', '/api/applications/{id}/targets', ['/api/applications', '/api/referrals'])
  const submit = () => {
    setTried(true)
    if (!consents.given) return
    send.mutate({ path: { id: f.application.id }, body: { targets: consents.given, ...(from && { from }) }, headers: { 'Idempotency-Key': `"${attempt()}"` } }, {
      onSuccess: () => go(`/applications/${f.application.id}`, { replace: true }),
    })
  }
  if (!sure) {
    return (
      <>
        {live.length > 0 && <Card><Choice label={t.from} value={from} onChange={setFrom} of={[['', t.keep], ...live.map((r): [string, string] => [r.referral.id, `${t.leave(r.bank_name)}（${stage(r.referral.stage)}）`])]} /></Card>}
        <Banks wish={wish} chosen={products} choose={setProducts} wrong={tried && products.length === 0} without={live.map((r) => r.referral.org)} />
        <Button color="primary" block size="large" onClick={() => { setTried(products.length === 0); setSure(products.length > 0) }}>{t.next}</Button>
      </>
    )
  }
  return (
    <>
      <Consents to={to} of={consents} tried={tried} />
      {send.error && <Failed error={send.error} />}
      <Button color="primary" block size="large" loading={send.isPending} onClick={submit}>{t.send}</Button>
    </>
  )
}
