import { Button } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { channelWords } from '../../domain/exchange/catalogue'
import { useDatasets } from '../../domain/exchange/datasets'
import { purposeWords } from '../../domain/exchange/words'
import { Ask } from '../../kit/form'
import { Card, Page, Shown } from '../../kit/page'
import { At, Facts, Tag } from '../../kit/show'
import { useCode, useWords, words } from '../../kit/words'
import { useConsentState } from './consents'
import { Log } from './readings'

const said = words({
  title: ['数据授权', 'Consent'],
  back: ['数据授权', 'consents'],
  firm: ['企业', 'Enterprise'],
  recipient: ['被授权机构', 'Recipient'],
  purpose: ['用途', 'Purpose'],
  datasets: ['数据集', 'Datasets'],
  personal: ['个人信息', 'Personal data'],
  whole: ['单独同意，完整查看', 'named, shown whole'],
  masked: ['脱敏显示', 'masked'],
  state: ['状态', 'State'],
  given: ['授权时间', 'Given'],
  channel: ['渠道', 'Channel'],
  until: ['有效至', 'Until'],
  text: ['授权书', 'The text'],
  version: [(v: string) => `第${v}版`, (v: string) => `version ${v}`],
  hash: ['SHA-256', 'SHA-256'],
  withdraw: ['撤回授权', 'Withdraw'],
  withdrawAbout: ['撤回后该机构不能再查询；此前的查询仍有记录。', 'The recipient reads no more from now on; what it has read stays in the log.'],
})

export default function ConsentPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const dataset = useDatasets()
  const purpose = useCode(purposeWords)
  const channel = useCode(channelWords)
  const state = useConsentState()
  const consent = useGet('/api/consents/{id}', { path: { id } })
  const withdraw = useChange('post', '/api/consents/{id}/withdrawal', ['/api/consents'])
  const over = consent.data && !!consent.data.withdrawn_ms
  return (
    <Page title={t.title} about={consent.data?.firm_name} back={{ to: '/consents', name: t.back }}
      actions={may('consent.write') && consent.data && !over && <Button danger onClick={() => setAsking(true)}>{t.withdraw}</Button>}>
      <Shown of={consent}>
        {(c) => (
          <>
            <Card>
              <Facts of={[
                [t.firm, <span key="f">{c.firm_name} <span className="num quiet">{c.firm}</span></span>],
                [t.recipient, c.recipient_name],
                [t.purpose, purpose(c.purpose)],
                [t.datasets, (c.datasets ?? []).map(dataset).join('、')],
                [t.personal, c.personal ? t.whole : t.masked],
                [t.state, <span key="s"><Tag tone={state(c).tone}>{state(c).text}</Tag> {c.withdrawn_ms ? <At ms={c.withdrawn_ms} /> : null}</span>],
                [t.given, <At key="g" ms={c.given_ms} />],
                [t.until, c.expires_on],
                [t.channel, channel(c.channel)],
              ]} />
            </Card>
            <Card title={t.text} extra={<span className="quiet small">{t.version(c.text_version)}</span>}>
              <div style={{ whiteSpace: 'pre-wrap', lineHeight: 1.8 }}>{c.text}</div>
              <p className="quiet small" style={{ marginTop: 14, overflowWrap: 'anywhere' }}>{t.hash} <code>{c.text_sha256}</code></p>
            </Card>
            {may('reading.read') && <Log consent={id} />}
          </>
        )}
      </Shown>
      <Ask open={asking} close={() => setAsking(false)} title={t.withdraw} about={t.withdrawAbout} ok={t.withdraw} danger send={() => withdraw.mutateAsync({ path: { id } })}>{null}</Ask>
    </Page>
  )
}
