import { useParams } from 'react-router'
import { useNames } from '../../api/names'
import { useGet } from '../../api/query'
import { firmKinds, firmSizes, firmStatus, statusTones } from '../../domain/firm/words'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Facts, Tag, Unknown, Yuan } from '../../kit/show'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  one: ['企业', 'Firm'],
  missing: ['登记库里还没有这家企业', 'The registry does not have this firm yet'],
  missingHint: [
    (code: string) => `统一社会信用代码 ${code}。可能是新成立的企业，市场监管部门的数据尚未更新；不影响它申请和办理。请先核对代码，再向市场监管部门了解。`,
    (code: string) => `Credit code ${code}. It may be newly registered, and the department's data not yet here; it may apply and be dealt with all the same. Check the code, then ask the department.`,
  ],
  back: ['企业登记库', 'registry of firms'],
  uscc: ['统一社会信用代码', 'Credit code (USCC)'],
  kind: ['类别', 'Kind'],
  status: ['登记状态', 'Standing'],
  closed: ['注销吊销日期', 'Closed on'],
  registered: ['成立日期', 'Registered on'],
  capital: ['注册资本', 'Registered capital'],
  person: ['法定代表人', 'Legal representative'],
  personal: ['个体工商户的经营者信息是个人信息，此处遮盖', 'Of a sole trader this is personal data, and masked here'],
  industry: ['行业', 'Industry'],
  town: ['所在乡镇街道', 'Town'],
  size: ['企业规模', 'Size'],
  asOf: ['截止日期', 'As of'],
  source: ['来源', 'Source'],
})

export default function FirmPage() {
  const t = useWords(said)
  const { uscc = '' } = useParams()
  const kind = useCode(firmKinds)
  const status = useCode(firmStatus)
  const sizeOf = useCode(firmSizes)
  const name = useNames()
  const firm = useGet('/api/firms/{uscc}', { path: { uscc } })
  return (
    <Page title={firm.data?.name ?? t.one} back={{ to: '/firms', name: t.back }}>
      {firm.error?.status === 404 ? <Card><Empty icon="org" title={t.missing} hint={t.missingHint(uscc)} /></Card> : <Shown of={firm}>
        {(f) => (
          <Card>
            <Facts of={[
              [t.uscc, <span key="u" className="num">{f.uscc}</span>],
              [t.kind, kind(f.kind)],
              [t.status, <Tag key="s" tone={statusTones[f.status]}>{status(f.status)}</Tag>],
              ...(f.status === 'open' ? [] : [[t.closed, f.closed_on || <Unknown key="c" />] as [string, React.ReactNode]]),
              [t.registered, f.registered_on || <Unknown key="r" />],
              [t.capital, f.registered_capital_fen ? <Yuan key="y" fen={f.registered_capital_fen} unit /> : <Unknown key="y" />],
              [t.person, f.legal_representative ? <>{f.legal_representative}{f.kind === 'sole_trader' && <span className="quiet small"> {t.personal}</span>}</> : <Unknown key="p" />],
              [t.industry, f.industry ? name('industry', f.industry) : <Unknown key="i" />],
              [t.town, f.town ? name('town', f.town) : <Unknown key="t" />],
              [t.size, f.size ? sizeOf(f.size) : <Unknown key="z" />],
              [t.asOf, f.as_of],
              [t.source, f.source],
            ]} />
          </Card>
        )}
      </Shown>}
    </Page>
  )
}
