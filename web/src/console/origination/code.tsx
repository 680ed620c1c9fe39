import { Button, Form, Input, Segmented } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { codeKinds, codePlaces, codeStates, codeTones } from '../../domain/origination/codes'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { count, type Fen } from '../../kit/money'
import { Card, Page, Shown } from '../../kit/page'
import { At, Facts, Tag, Wan } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { type Day, day, now, startOf } from '../../kit/time'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  back: ['贷款码', 'loan codes'],
  title: ['码', 'Code'],
  number: ['编号', 'Number'],
  org: ['机构', 'Organisation'],
  place: ['位置', 'Place'],
  state: ['状态', 'State'],
  made: ['制作时间', 'Made'],
  expires: ['有效期至', 'Holds until'],
  why: ['作废原因', 'Revoked because'],
  picture: [(name: string) => `${name}的二维码`, (name: string) => `QR code of ${name}`],
  print4: ['打印 A4', 'Print A4'],
  print5: ['打印 A5', 'Print A5'],
  png: ['图片 PNG', 'PNG'],
  svg: ['矢量图 SVG', 'SVG'],
  revoke: ['作废', 'Revoke'],
  revokeAbout: ['作废后立即不能再扫，已张贴的请取下。已提交的申请不受影响。', 'It ends at once; take it down where it hangs. Applications are not touched.'],
  reason: ['原因', 'Why'],
  funnel: ['转化', 'What came of it'],
  span: ['统计时段', 'Time'],
  days: [(n: number) => `近 ${n} 天`, (n: number) => `${n} days`],
  scans: ['扫码', 'Scans'],
  applications: ['申请', 'Applications'],
  loans: ['放款', 'Loans'],
  lent: ['放款金额', 'Lent'],
  share: [(p: string) => `占扫码 ${p}`, (p: string) => `${p} of scans`],
  on: ['日期', 'Day'],
  none: ['这段时间没有人扫码', 'Nobody scanned it'],
  noneHint: ['一台手机一天只计一次；不记录是谁。', 'A phone counts once a day; nobody is followed.'],
})

type Code = Answer<'/api/codes/{id}'>

export default function CodePage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const code = useGet('/api/codes/{id}', { path: { id } })
  const kind = useCode(codeKinds)
  return (
    <Page title={code.data ? `${kind(code.data.kind)} ${code.data.title}` : t.title} back={{ to: '/codes', name: t.back }} actions={code.data && <Actions of={code.data} />}>
      <Shown of={code}>{(c) => <><Known of={c} /><Funnel of={c} /></>}</Shown>
    </Page>
  )
}

function Actions({ of }: { of: Code }) {
  const t = useWords(said)
  const may = useMay()
  const required = useRequired()
  const [asking, setAsking] = useState(false)
  const revoke = useChange('post', '/api/codes/{id}/revoke', ['/api/codes'])
  const file = (path: string) => `/api/codes/${of.id}/${path}`
  return (
    <>
      {of.token && of.state === 'live' && (
        <>
          <Button type="primary" icon={<Icon name="print" size={16} />} href={file('sheet?paper=A4')} target="_blank">{t.print4}</Button>
          <Button href={file('sheet?paper=A5')} target="_blank">{t.print5}</Button>
          <Button href={file('picture?format=png&width=1200')} download>{t.png}</Button>
          <Button href={file('picture?format=svg')} download>{t.svg}</Button>
        </>
      )}
      {may('code.revoke') && of.state !== 'revoked' && <Button danger onClick={() => setAsking(true)}>{t.revoke}</Button>}
      <Ask<{ reason: string }> open={asking} close={() => setAsking(false)} title={t.revoke} about={t.revokeAbout} ok={t.revoke} danger
        send={(v) => revoke.mutateAsync({ path: { id: of.id }, body: { version: of.version, reason: v.reason.trim() } })}>
        <Form.Item name="reason" label={t.reason} rules={[required]}><Input.TextArea rows={2} maxLength={200} /></Form.Item>
      </Ask>
    </>
  )
}

function Known({ of }: { of: Code }) {
  const t = useWords(said)
  const place = useCode(codePlaces)
  const state = useCode(codeStates)
  return (
    <Card>
      <div className="row" style={{ alignItems: 'flex-start', gap: 24 }}>
        {of.token && of.state === 'live' && <img src={`/api/codes/${of.id}/picture?format=svg`} alt={t.picture(of.title)} width={200} height={200} />}
        <div className="grow">
          <Facts of={[
            [t.number, of.number],
            [t.org, of.org_name],
            [t.place, place(of.place)],
            [t.state, <Tag key="s" tone={codeTones[of.state]}>{state(of.state)}</Tag>],
            [t.expires, of.expires_on],
            [t.made, <At key="m" ms={of.made_ms} />],
            ...(of.why ? [[t.why, of.why] as [string, string]] : []),
          ]} />
        </div>
      </div>
    </Card>
  )
}

const spans = [7, 30, 90, 365]

function Funnel({ of }: { of: Code }) {
  const t = useWords(said)
  const [span, setSpan] = useState(30)
  const to = day(now())
  const from = day((startOf(to as Day) - (span - 1) * 86_400_000) as ReturnType<typeof now>)
  const funnel = useGet('/api/codes/{id}/funnel', { path: { id: of.id }, query: { from, to } })
  const columns: Column<NonNullable<Answer<'/api/codes/{id}/funnel'>['days']>[number]>[] = [
    { key: 'on', title: t.on, value: (d) => d.on },
    { key: 'scans', title: t.scans, right: true, value: (d) => d.scans, show: (d) => count(d.scans) },
    { key: 'applications', title: t.applications, right: true, value: (d) => d.applications, show: (d) => count(d.applications) },
    { key: 'loans', title: t.loans, right: true, value: (d) => d.loans, show: (d) => count(d.loans) },
    { key: 'lent', title: t.lent, right: true, value: (d) => d.loans_fen as Fen, show: (d) => <Wan fen={d.loans_fen as Fen} unit /> },
  ]
  return (
    <Card title={t.funnel}>
      <Segmented aria-label={t.span} value={span} onChange={setSpan} options={spans.map((n) => ({ value: n, label: t.days(n) }))} style={{ marginBottom: 16 }} />
      <Shown of={funnel}>
        {(f) => {
          const share = (n: number) => (f.total.scans ? t.share(`${Math.round((100 * n) / f.total.scans)}%`) : '')
          return (
            <>
              <Facts of={[
                [t.scans, count(f.total.scans)],
                [t.applications, <>{count(f.total.applications)} <span className="quiet small">{share(f.total.applications)}</span></>],
                [t.loans, <>{count(f.total.loans)} <span className="quiet small">{share(f.total.loans)}</span></>],
                [t.lent, <Wan key="l" fen={f.total.loans_fen as Fen} unit />],
              ]} />
              <DataTable name="code-days" label={t.funnel} columns={columns} rowKey={(d) => d.on} order="-on"
                source={{ key: ['/api/codes', of.id, from, to], whole: true, load: async () => ({ items: f.days ?? [], total: f.days?.length ?? 0 }) }}
                empty={{ icon: 'code', title: t.none, hint: t.noneHint }} />
            </>
          )
        }}
      </Shown>
    </Card>
  )
}
