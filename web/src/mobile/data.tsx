// Who may read one's data, who did, and what there is.
import { useState } from 'react'
import Button from 'antd-mobile/es/components/button'
import { attempt, type Item } from '../api/client'
import { useChange, useGet } from '../api/query'
import { outcomeWords, purposeWords } from '../domain/exchange/words'
import { useMe } from '../domain/access/me'
import { daysBetween, today } from '../kit/time'
import { useCode, useLang, useWords, words } from '../kit/words'
import { FirmData, useFirmData } from './firmdata'
import { Empty, Page, Shown } from './page'
import { Sheet } from './sheet'
import { At, Facts, Tag } from './show'

const said = words({
  title: ['我的数据', 'My data'],
  consents: ['我给出的授权', 'Consents I gave'],
  readings: ['谁看过我的数据', 'Who read my data'],
  mine: ['部门掌握的本企业数据', 'What departments know'],
  show: ['查看', 'Show'],
  noConsents: ['还没有给过授权', 'No consents'],
  noConsentsHint: ['申请时逐家授权，随时可以撤回', 'You give them to each bank when you apply, and may withdraw them at any time'],
  noReadings: ['还没有人看过', 'Nobody has read it'],
  noReadingsHint: ['银行每看一次，这里都会记一条', 'Each time that a bank reads it, a line appears here'],
  valid: ['有效', 'valid'],
  withdrawn: ['已撤回', 'withdrawn'],
  expired: ['已到期', 'expired'],
  purpose: ['用途', 'For'],
  given: ['授权时间', 'Given'],
  until: ['有效期至', 'Until'],
  at: ['撤回时间', 'Withdrawn'],
  datasets: ['数据', 'Data'],
  text: ['授权书全文', 'The text'],
  hash: ['文本指纹（SHA-256）', 'Its fingerprint (SHA-256)'],
  withdraw: ['撤回授权', 'Withdraw it'],
  sure: ['确定撤回授权？', 'Withdraw the consent?'],
  sureText: [(who: string) => `撤回后，${who}不能再看您的数据；已经看过的仍有记录。正在办理的申请可能因此办不下去。`, (who: string) => `${who} can read your data no more; what was read stays in the log. An application that it deals with may come to nothing.`],
  fields: ['数据项', 'Fields'],
  basis: ['依据', 'Basis'],
  byConsent: ['企业授权', 'your consent'],
  more: ['显示更多', 'Show more'],
  self: ['本企业', 'your enterprise'],
  others: ['只看别人查的', 'Others’ only'],
})

export default function Data() {
  const t = useWords(said)
  return (
    <Page title={t.title} back="/" tabs>
      <Consents />
      <Readings />
      <Mine />
    </Page>
  )
}

// useNames returns what names a dataset.
function useNames(): (id: string) => string {
  const { lang } = useLang()
  const all = useGet('/api/datasets', {}, { staleTime: 600_000 })
  const names = new Map((all.data?.items ?? []).map((d) => [d.id, lang === 'zh' ? d.title : d.title_en]))
  return (id) => names.get(id) ?? id
}

function Consents() {
  const t = useWords(said)
  const list = useGet('/api/consents', { query: { limit: 100 } })
  return (
    <>
      <h2>{t.consents}</h2>
      <Shown of={list}>{({ items }) => (items?.length ? [...items].sort((x, y) => Number((x.withdrawn_ms ?? 0) > 0) - Number((y.withdrawn_ms ?? 0) > 0)).map((c, i) => <Consent key={c.id} of={c} first={i === 0} />) : <Empty icon="shield" title={t.noConsents} hint={t.noConsentsHint} />)}</Shown>
    </>
  )
}

function Consent({ of: c, first }: { of: Item<'/api/consents'>; first: boolean }) {
  const t = useWords(said)
  const purpose = useCode(purposeWords)
  const { lang } = useLang()
  const name = useNames()
  const [open, setOpen] = useState(false)
  const [asking, setAsking] = useState(false)
  const whole = useGet('/api/consents/{id}', { path: { id: c.id } }, { enabled: open, staleTime: 600_000 })
  const withdraw = useChange('post', '/api/consents/{id}/withdrawal', ['/api/consents', '/api/referrals', '/api/applications'])
  const state = c.withdrawn_ms ? 'withdrawn' : daysBetween(today(), c.expires_on) < 0 ? 'expired' : 'valid'
  return (
    <details className="card" open={first} aria-label={c.recipient_name}>
      <summary><span className="grow"><b>{c.recipient_name}</b><br /><small>{purpose(c.purpose)} · {state === 'withdrawn' ? t[state] : `${t.until} ${c.expires_on}`}</small></span><Tag tone={state === 'valid' ? 'good' : 'plain'}>{t[state]}</Tag></summary>
      <Facts of={[[t.purpose, purpose(c.purpose)], [t.given, <At ms={c.given_ms} />], c.withdrawn_ms ? [t.at, <At ms={c.withdrawn_ms} />] : [t.until, c.expires_on]]} />
      <p><span className="quiet">{t.datasets}</span> {(c.datasets ?? []).map(name).join(lang === 'zh' ? '、' : ', ')}</p>
      <details className="plain" onToggle={(e) => setOpen(e.currentTarget.open)}>
        <summary>{t.text}</summary>
        {open && <Shown of={whole}>{(w) => <><p className="letter">{w.text}</p><p className="quiet small no-voice">{t.hash} <code>{w.text_sha256}</code></p></>}</Shown>}
      </details>
      {state === 'valid' && <Button block onClick={() => setAsking(true)}>{t.withdraw}</Button>}
      <Sheet open={asking} title={t.sure} ok={t.withdraw} danger close={() => setAsking(false)}
        send={() => withdraw.mutateAsync({ path: { id: c.id }, headers: { 'Idempotency-Key': `"${attempt()}"` } })}>
        <p>{t.sureText(c.recipient_name)}</p>
      </Sheet>
    </details>
  )
}

const page = 20

function Readings() {
  const t = useWords(said)
  const purpose = useCode(purposeWords)
  const outcome = useCode(outcomeWords)
  const name = useNames()
  const [limit, setLimit] = useState(page)
  const list = useGet('/api/readings', { query: { limit, others: true } })
  return (
    <>
      <h2>{t.readings}</h2>
      <Shown of={list}>
        {({ items, total }) => (
          <>
            {items?.length ? (
              <ul className="stack">
                {items.map((r) => (
                  <li key={r.id}>
                    <details className="card">
                      <summary><span className="grow"><b>{r.reader_name}</b><br /><small>{name(r.dataset)} · <At ms={r.at_ms} /></small></span></summary>
                      <Facts of={[[t.purpose, purpose(r.purpose)], [t.basis, r.consent ? t.byConsent : r.basis], [t.fields, `${r.fields?.length ?? 0}`], ['', outcome(r.outcome)]]} />
                    </details>
                  </li>
                ))}
              </ul>
            ) : <Empty icon="search" title={t.noReadings} hint={t.noReadingsHint} />}
            {total > limit && limit < 200 && <Button block onClick={() => setLimit(limit + 3 * page)}>{t.more}</Button>}
          </>
        )}
      </Shown>
    </>
  )
}

function Mine() {
  const t = useWords(said)
  const me = useMe()
  const [open, setOpen] = useState(false)
  const orgs = useGet('/api/orgs', { query: { limit: 5 } }, { staleTime: 300_000 })
  const data = useFirmData(open ? orgs.data?.items?.find((o) => o.id === me.org)?.uscc : undefined, 'benefit_check')
  return (
    <>
      <h2>{t.mine}</h2>
      {open ? <FirmData of={data} /> : <Button block onClick={() => setOpen(true)}>{t.show}</Button>}
    </>
  )
}
