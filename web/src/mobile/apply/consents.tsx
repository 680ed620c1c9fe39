// Consent to each bank by itself: its text as it is, and what is personal apart.
import { useQueries } from '@tanstack/react-query'
import { useState } from 'react'
import { type Answer, call, type Problem } from '../../api/client'
import { useGet } from '../../api/query'
import type { Match } from '../../domain/origination/matches'
import { useLang, useWords, words } from '../../kit/words'
import { Tick } from '../field'
import { Card, Failed, Loading } from '../page'

const said = words({
  about: ['每家银行单独授权，只能看下面这些数据，只用于审查这次申请；您随时可以在“数据”页撤回。', 'Each bank has a consent of its own: to the data below, to review this application alone. You may withdraw it at any time under “Data”.'],
  datasets: ['授权哪些数据', 'Which data'],
  agree: [(bank: string) => `我已阅读，同意${bank}查询`, (bank: string) => `I have read it, and consent to ${bank}`],
  personal: ['单独同意：其中的个人信息（如法定代表人姓名、证件号码）完整显示；不勾选则只显示部分', 'Consent apart: what is personal in it (such as the legal representative’s name and number) is shown whole; otherwise masked'],
  text: [(bank: string) => `给${bank}的授权书`, (bank: string) => `The consent to ${bank}`],
  until: [(on: string) => `有效期至 ${on}`, (on: string) => `until ${on}`],
  read: ['阅读全文', 'Read the text'],
  wrong: ['请阅读并勾选同意', 'Read it, and tick that you agree'],
  none: ['至少选一项数据', 'Choose at least one'],
})

/** Given is the consent to one bank, as it is handed in. */
export type Given = { bank: string; product: string; consent: { datasets: string[]; personal: boolean; text_sha256: string; expires_on: string } }

type Text = Answer<'/api/consent-texts', 'post'>

/** useConsents keeps what is agreed to; given is undefined until all of it is. */
export function useConsents(to: Match[]) {
  const all = useGet('/api/datasets', {}, { staleTime: 600_000 })
  const shared = (all.data?.items ?? []).filter((d) => d.sharing === 'conditional')
  const [without, setWithout] = useState<string[]>([])
  const [personal, setPersonal] = useState<string[]>([]) // banks
  const [agreed, setAgreed] = useState<Record<string, string>>({}) // bank to the text that was agreed to
  const datasets = shared.filter((d) => !without.includes(d.id))
  const ids = datasets.map((d) => d.id)
  const about = datasets.some((d) => (d.fields ?? []).some((f) => f.personal))
  const bodyOf = (bank: string) => ({ recipient: bank, purpose: 'loan_application' as const, datasets: ids, ...(about && personal.includes(bank) && { personal: true }) })
  const texts = useQueries({
    queries: to.map((m) => ({
      queryKey: ['/api/consent-texts', bodyOf(m.bank)], enabled: ids.length > 0, staleTime: 60_000,
      queryFn: ({ signal }: { signal: AbortSignal }): Promise<Text> => call('post', '/api/consent-texts', { body: bodyOf(m.bank) }, signal),
    })),
  })
  const given = to.flatMap((m, i): Given[] => {
    const text = texts[i]?.data
    if (!text || agreed[m.bank] !== text.text_sha256) return []
    return [{ bank: m.bank, product: m.product, consent: { datasets: ids, personal: about && personal.includes(m.bank), text_sha256: text.text_sha256, expires_on: text.expires_on } }]
  })
  return {
    all, shared, ids, about, personal, texts, agreed,
    without: (id: string, on: boolean) => setWithout(on ? without.filter((x) => x !== id) : [...without, id]),
    setPersonal: (bank: string, on: boolean) => setPersonal(on ? [...personal, bank] : personal.filter((b) => b !== bank)),
    agree: (bank: string, hash: string) => setAgreed({ ...agreed, [bank]: hash }),
    given: given.length === to.length && to.length > 0 ? given : undefined,
    /** again reads the texts anew: one has changed meanwhile. */
    again: () => { setAgreed({}); texts.forEach((x) => void x.refetch()) },
  }
}

/** Consents shows each text, to be agreed to. */
export function Consents({ to, of: c, tried }: { to: Match[]; of: ReturnType<typeof useConsents>; tried: boolean }) {
  const t = useWords(said)
  const { lang } = useLang()
  if (c.all.error) return <Failed error={c.all.error} retry={() => c.all.refetch()} />
  if (!c.all.data) return <Loading />
  return (
    <>
      <p>{t.about}</p>
      <details className="card">
        <summary><b>{t.datasets}</b>（{c.ids.length}）</summary>
        <div className="options">
          {c.shared.map((d) => <Tick key={d.id} value={c.ids.includes(d.id)} onChange={(on) => c.without(d.id, on)}>{lang === 'zh' ? `${d.department.name}：${d.title}` : `${d.department.name_en}: ${d.title_en}`}</Tick>)}
        </div>
      </details>
      {c.ids.length === 0 && <p className="notice bad" role="alert">{t.none}</p>}
      {to.map((m, i) => {
        const text = c.texts[i]
        return (
          <Card key={m.bank} title={t.text(m.bank_name)}>
            {text?.error ? <Failed error={text.error as Problem} retry={() => text.refetch()} /> : !text?.data ? <Loading rows={2} /> : (
              <>
                <details className="plain"><summary>{t.read}</summary><p className="letter">{text.data.text}</p></details>
                <p className="quiet">{t.until(text.data.expires_on)}</p>
                {c.about && <Tick value={c.personal.includes(m.bank)} onChange={(on) => c.setPersonal(m.bank, on)}>{t.personal}</Tick>}
                <Tick value={c.agreed[m.bank] === text.data.text_sha256} wrong={tried && c.agreed[m.bank] !== text.data.text_sha256 ? t.wrong : undefined}
                  onChange={(on) => c.agree(m.bank, on ? text.data.text_sha256 : '')}>{t.agree(m.bank_name)}</Tick>
              </>
            )}
          </Card>
        )
      })}
    </>
  )
}
