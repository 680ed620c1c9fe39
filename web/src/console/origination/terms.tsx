// The terms of a product as they are read.
import type { ReactNode } from 'react'
import type { Answer } from '../../api/client'
import { feeKinds } from '../../domain/origination/codes'
import { dayCountWords, methodWords, purposeWords, securityWords } from '../../domain/origination/words'
import { type Fen, type Ppb, percent2, wan, yuan } from '../../kit/money'
import { Facts } from '../../kit/show'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  summary: ['简介', 'Summary'],
  amount: ['额度', 'Amount'],
  wan: [(a: string, b: string) => `${a}至${b}万元`, (a: string, b: string) => `${a} to ${b} ×10k yuan`],
  term: ['期限', 'Term'],
  months: [(a: number, b: number) => `${a}至${b}个月`, (a: number, b: number) => `${a} to ${b} months`],
  rate: ['年利率', 'Rate a year'],
  rates: [(a: string, b: string) => `${a}至${b}`, (a: string, b: string) => `${a} to ${b}`],
  basis: ['计息', 'Days counted'],
  methods: ['还款方式', 'Repaid by'],
  securities: ['担保方式（满足其一）', 'Security (any one)'],
  purposes: ['用途', 'For'],
  any: ['不限', 'anything'],
  towns: ['适用区域', 'Where'],
  everywhere: ['全市', 'everywhere'],
  branches: ['办理网点', 'Branches'],
  allBranches: ['全部网点', 'all'],
  phone: ['咨询电话', 'Telephone'],
  days: ['承诺答复', 'Answers within'],
  workdays: [(n: number) => `${n}个工作日`, (n: number) => `${n} working days`],
  fees: ['费用', 'Fees'],
  noFees: ['不收费', 'none'],
  to: [(who: string) => `由${who}收取`, (who: string) => `to ${who}`],
  conditions: ['条件', 'Conditions'],
  noConditions: ['没有其他条件', 'none besides'],
  papers: ['材料', 'Papers'],
  noPapers: ['不用材料', 'none'],
  needed: ['必备', 'needed'],
  yuan: [(a: string) => `${a}元`, (a: string) => `${a} yuan`],
  ofPrincipal: [(p: string) => `贷款金额的${p}`, (p: string) => `${p} of the loan`],
})

export type Terms = NonNullable<Answer<'/api/products/{id}'>['terms']>

export function TermsShown({ of, conditions }: { of: Terms; conditions: string[] }) {
  const t = useWords(said)
  const method = useCode(methodWords)
  const security = useCode(securityWords)
  const purpose = useCode(purposeWords)
  const basis = useCode(dayCountWords)
  const feeKind = useCode(feeKinds)
  const list = (items: ReactNode[], none: string) => (items.length ? <ul style={{ margin: 0, paddingLeft: 18 }}>{items.map((x, i) => <li key={i}>{x}</li>)}</ul> : none)
  const fees = (of.fees ?? []).map((f) => {
    const parts = [f.amount_fen ? t.yuan(yuan(f.amount_fen as Fen)) : '', f.rate_ppb ? t.ofPrincipal(percent2(f.rate_ppb as Ppb)) : ''].filter(Boolean)
    return `${f.title}：${parts.join(' + ')}，${feeKind(f.kind)}，${t.to(f.payee)}`
  })
  return (
    <Facts of={[
      ...(of.summary ? [[t.summary, of.summary] as [string, string]] : []),
      [t.amount, t.wan(wan(of.min_amount_fen as Fen), wan(of.max_amount_fen as Fen))],
      [t.term, t.months(of.min_months, of.max_months)],
      [t.rate, t.rates(percent2(of.min_rate_ppb as Ppb), percent2(of.max_rate_ppb as Ppb))],
      [t.basis, basis(of.basis)],
      [t.methods, (of.methods ?? []).map(method).join('、')],
      [t.securities, (of.securities ?? []).map(security).join('、')],
      [t.purposes, (of.purposes ?? []).map(purpose).join('、') || t.any],
      [t.towns, (of.towns ?? []).join('、') || t.everywhere],
      [t.branches, (of.branches ?? []).join('、') || t.allBranches],
      ...(of.phone ? [[t.phone, of.phone] as [string, string]] : []),
      [t.days, t.workdays(of.promise_days)],
      [t.fees, list(fees, t.noFees)],
      [t.conditions, list(conditions.map((c, i) => <>{c} <code className="small quiet" style={{ overflowWrap: 'anywhere' }}>{of.conditions?.[i]?.when}</code></>), t.noConditions)],
      [t.papers, list((of.papers ?? []).map((p) => (p.needed ? `${p.title}（${t.needed}）` : p.title)), t.noPapers)],
    ]} />
  )
}
