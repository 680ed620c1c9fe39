import { useGet } from '../../api/query'
import { type Fen, type Ppb, percent2, wan } from '../../kit/money'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { useWords, words } from '../../kit/words'
import { TermsShown } from '../origination/terms'
import { PublicFrame } from './frame'

const said = words({
  title: ['在办金融产品', 'Products on offer'],
  about: ['各银行已发布的产品，按产品编号排列。登录后按您的需要匹配：先看是否符合，再看年化综合成本。', 'What banks offer, by number. Sign in to have them matched to what you need.'],
  none: ['目前没有在办产品', 'Nothing is offered now'],
  noneHint: ['银行发布产品后会列在这里', 'Products appear here once banks publish them'],
  short: [(amount: string, rate: string) => `最高${amount}万元 · 年利率${rate}起`, (amount: string, rate: string) => `up to ${amount} ×10k yuan · from ${rate} a year`],
})

export default function PublicProducts() {
  const t = useWords(said)
  const products = useGet('/api/offered-products', {})
  return (
    <PublicFrame>
      <Page title={t.title} about={t.about}>
        <Shown of={products}>
          {(data) => data.items?.length ? (
            <Card>
              {data.items.map((p) => (
                <details key={p.product} style={{ padding: '10px 0' }}>
                  <summary>
                    <b>{p.terms.name}</b> · {p.bank_name} <span className="quiet small">{t.short(wan(p.terms.max_amount_fen as Fen), percent2(p.terms.min_rate_ppb as Ppb))}</span>
                  </summary>
                  <TermsShown of={p.terms} conditions={p.said ?? []} />
                </details>
              ))}
            </Card>
          ) : <Card><Empty icon="pay" title={t.none} hint={t.noneHint} /></Card>}
        </Shown>
      </Page>
    </PublicFrame>
  )
}
