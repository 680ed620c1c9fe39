// Handing in: what for, which files, and off they go.
import { Button, Checkbox, Form, Select } from 'antd'
import { useState } from 'react'
import { useNavigate, useSearchParams } from 'react-router'
import { attempt } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMe } from '../../domain/access/me'
import { carrier } from '../../domain/reporting/carrier'
import { recentMonths, thisYear } from '../../domain/reporting/period'
import { tableWords } from '../../domain/reporting/words'
import { useRequired, useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { useSending } from '../../kit/sending'
import { Drop } from '../../kit/upload'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['新的报送', 'Hand in'],
  back: ['数据报送', 'reporting'],
  about: ['同一报送期再次报送即为新版本；有错误的版本全部退回，不影响此前已接收的数据。', 'Handing in again for a period makes a new version; a version with errors is sent back whole and changes nothing.'],
  set: ['报送品种', 'Set'],
  period: ['报送期', 'Period'],
  month: ['按月', 'A month'],
  year: ['按年', 'A year'],
  files: ['文件', 'Files'],
  accept: ['人行金融基础数据报文（.dat、.log、.zip），或按模板填写的 .csv、.xlsx、.parquet；单个文件最大 500 MB，断线可续传', 'PBoC messages (.dat, .log, .zip), or .csv, .xlsx, .parquet by the template; up to 500 MB each, goes on after a break'],
  messages: ['可含报文：', 'Messages: '],
  tables: ['可含数据表：', 'Tables: '],
  template: ['下载模板', 'Template'],
  hand: ['提交检查', 'Hand in'],
  wait: ['文件上传完成后即可提交', 'Once the files are here'],
  held: ['此前已上传、尚未报送的文件', 'Uploaded before and not handed in'],
  none: ['贵单位没有需要报送的品种', 'Your organisation hands nothing in'],
})

type Draft = { set: string; period: string }

export default function HandIn() {
  const t = useWords(said)
  const me = useMe()
  const sets = useGet('/api/reporting/sets', {}, { staleTime: 600_000 })
  return (
    <Page title={t.title} about={t.about} back={{ to: '/submissions', name: t.back }}>
      <Shown of={sets}>
        {(data) => {
          const mine = (data.items ?? []).filter((s) => (s.kinds ?? []).includes(me.org_kind))
          return mine.length === 0 ? <Card><Empty icon="upload" title={t.none} /></Card> : <HandForm sets={mine} />
        }}
      </Shown>
    </Page>
  )
}

type Set_ = { set: string; zh: string; en: string; monthly: boolean; yearly: boolean; messages: string[] | null; tables: string[] | null }

function HandForm({ sets }: { sets: Set_[] }) {
  const t = useWords(said)
  const { lang } = useLang()
  const table = useCode(tableWords)
  const required = useRequired()
  const go = useNavigate()
  const [at] = useSearchParams()
  const [form] = Form.useForm<Draft>()
  const sending = useSending(carrier)
  const held = useGet('/api/uploads', { query: { limit: 200 } })
  const [keep, setKeep] = useState<string[]>([])
  const watched = Form.useWatch('set', form)
  const chosen = sets.find((s) => s.set === (watched ?? at.get('set'))) ?? sets[0]!
  const add = useChange('post', '/api/submissions', ['/api/submissions', '/api/reporting', '/api/uploads'])
  const waiting = (held.data?.items ?? []).filter((u) => u.sha256 !== '' && !sending.files.some((f) => f.id === u.id))
  const ready = [...sending.files.filter((f) => f.state === 'done').map((f) => f.id!), ...keep]
  const whole = ready.length > 0 && sending.files.every((f) => f.state === 'done')
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const s = await add.mutateAsync({ body: { set: v.set as 'lending', period: v.period, uploads: ready }, headers: { 'Idempotency-Key': attempt() } })
    go(`/submissions/${s.id}`)
  })
  const years = Array.from({ length: 8 }, (_, i) => String(thisYear() - i))
  const periods = [
    ...(chosen.monthly ? [{ label: t.month, options: recentMonths(96).map((m) => ({ value: m, label: m })) }] : []),
    ...(chosen.yearly ? [{ label: t.year, options: years.map((y) => ({ value: y, label: y })) }] : []),
  ]
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} style={{ maxWidth: 860 }}
      initialValues={{ set: chosen.set, period: at.get('period') ?? undefined }}>
      <div className="stack">
        <Wrong text={wrong} />
        <Card>
          <div className="grid2" style={{ gap: '0 14px' }}>
            <Form.Item name="set" label={t.set} rules={[required]}>
              <Select options={sets.map((s) => ({ value: s.set, label: lang === 'zh' ? s.zh : s.en }))} />
            </Form.Item>
            <Form.Item name="period" label={t.period} rules={[required]}>
              <Select showSearch options={periods} />
            </Form.Item>
          </div>
          <div className="spread small">
            <span className="quiet">
              {(chosen.messages?.length ?? 0) > 0 && <>{t.messages}{chosen.messages!.join('、')}；</>}
              {t.tables}{(chosen.tables ?? []).map(table).join('、')}
            </span>
            <a href={`/api/reporting/templates/${chosen.set}`} download>
              <Icon name="download" size={14} /> {t.template}
            </a>
          </div>
        </Card>
        <Card title={t.files}>
          <div className="stack">
            {waiting.length > 0 && (
              <div>
                <div className="quiet small" style={{ marginBottom: 4 }}>{t.held}</div>
                <Checkbox.Group value={keep} onChange={(v) => setKeep(v.map(String))} style={{ display: 'grid', gap: 4 }} options={waiting.map((u) => ({ value: u.id, label: u.name }))} />
              </div>
            )}
            <Drop of={sending} accept=".zip,.dat,.log,.csv,.xlsx,.parquet" hint={t.accept} label={t.files} />
          </div>
        </Card>
        <div className="row">
          <Button type="primary" size="large" htmlType="submit" loading={busy} disabled={!whole}>{t.hand}</Button>
          {!whole && <span className="quiet">{t.wait}</span>}
        </div>
      </div>
    </Form>
  )
}
