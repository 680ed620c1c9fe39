import { Button, Form, Input, Select } from 'antd'
import { useNavigate, useSearchParams } from 'react-router'
import { attempt } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { usePolicy } from '../../domain/policy/packs'
import { useSubmit, Wrong } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Card, Empty, Loading, Page } from '../../kit/page'
import { useWords, words } from '../../kit/words'
import { Changes, type Chosen, chosenOf } from './changes'

const said = words({
  title: ['新的测算', 'New trial'],
  back: ['政策测算', 'what if'],
  about: ['用同一份冻结数据，把每个方案各算一遍，与原结算逐行比较。', 'Each alternative is settled over the same frozen facts and compared with the run, row by row.'],
  run: ['依据的结算', 'Beside run'],
  name: ['名称', 'Title'],
  optional: ['（可不填）', ' (optional)'],
  alternative: [(n: string) => `方案 ${n}`, (n: string) => `Alternative ${n}`],
  alternativeName: ['方案名称', 'What people call it'],
  changes: ['改动', 'Changes'],
  add: ['再加一个方案', 'Another alternative'],
  remove: ['移除方案', 'Remove'],
  go: ['开始测算', 'Try it'],
  none: ['还没有完成的结算', 'No settlement is done yet'],
  noneHint: ['先发起一次试算，再来测算', 'Ask for a trial run first'],
})

type Form_ = { run: string; title?: string; alternatives: { title?: string; changes?: Chosen }[] }

export default function NewWhatIf() {
  const t = useWords(said)
  const [at] = useSearchParams()
  const runs = useGet('/api/runs', { query: { limit: 200 } })
  const done = (runs.data?.items ?? []).filter((r) => r.state === 'done')
  const first = at.get('run') ?? done.find((r) => r.standing === 'official')?.id ?? done[0]?.id
  return (
    <Page title={t.title} about={t.about} back={{ to: '/what-if', name: t.back }}>
      {runs.isPending ? <Loading /> : first ? <Trial runs={done} first={first} /> : <Card><Empty icon="flow" title={t.none} hint={t.noneHint} /></Card>}
    </Page>
  )
}

type Runs = { id: string; no: number; pack: string; from_on: string; to_on: string; readings: unknown; parameters: unknown }[]

function Trial({ runs, first }: { runs: Runs; first: string }) {
  const t = useWords(said)
  const go = useNavigate()
  const ask = useChange('post', '/api/whatifs', ['/api/whatifs'])
  const [form] = Form.useForm<Form_>()
  const chosen = Form.useWatch('run', form) ?? first
  const run = runs.find((r) => r.id === chosen)
  const policy = usePolicy(run?.pack ?? '')
  const used = { ...(run?.readings as Record<string, string>), ...(run?.parameters as Record<string, string>) }
  const { submit, busy, wrong } = useSubmit(form, async (v) => {
    const w = await ask.mutateAsync({
      body: { run: v.run, title: v.title?.trim() || undefined, alternatives: v.alternatives.map((a) => ({ title: a.title?.trim() ?? '', ...chosenOf(a.changes) })) },
      headers: { 'Idempotency-Key': attempt() },
    })
    go(`/what-if/${w.id}`)
  })
  return (
    <Form form={form} layout="vertical" requiredMark={false} onFinish={submit} initialValues={{ run: first, alternatives: [{}] }} style={{ maxWidth: 820 }}>
      <div className="stack">
        <Wrong text={wrong} />
        <Card>
          <div className="grid2" style={{ gap: '0 14px' }}>
            <Form.Item name="run" label={t.run}>
              <Select options={runs.map((r) => ({ value: r.id, label: `#${r.no} · ${r.from_on} – ${r.to_on}` }))} />
            </Form.Item>
            <Form.Item name="title" label={t.name + t.optional}><Input maxLength={60} /></Form.Item>
          </div>
        </Card>
        <Form.List name="alternatives">
          {(fields, { add, remove }) => (
            <>
              {fields.map((f, i) => (
                <Card key={f.key} title={t.alternative(String(i + 1))} extra={fields.length > 1 && <Button type="text" size="small" icon={<Icon name="close" size={15} />} onClick={() => remove(f.name)}>{t.remove}</Button>}>
                  <Form.Item name={[f.name, 'changes']} label={t.changes}>{policy.data ? <Changes policy={policy.data} used={used} /> : <Loading rows={2} />}</Form.Item>
                  <Form.Item name={[f.name, 'title']} label={t.alternativeName + t.optional}><Input maxLength={60} /></Form.Item>
                </Card>
              ))}
              {fields.length < 8 && <div><Button icon={<Icon name="plus" size={15} />} onClick={() => add({})}>{t.add}</Button></div>}
            </>
          )}
        </Form.List>
        <div><Button type="primary" size="large" htmlType="submit" loading={busy}>{t.go}</Button></div>
      </div>
    </Form>
  )
}
