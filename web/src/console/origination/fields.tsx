// Fields that forms about loans share.
import { Form, InputNumber, Select } from 'antd'
import type { Ppb } from '../../kit/money'
import { useRequired } from '../../kit/form'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  wrong: ['请填写', 'Required'],
})

const one = 10_000_000 // ppb of a percent

/** RateField asks for a yearly rate in percent, kept in parts per billion. */
export function RateField({ name, label }: { name: string; label: string }) {
  const t = useWords(said)
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, type: 'number', message: t.wrong }]}
      getValueProps={(v: Ppb | undefined) => ({ value: v === undefined || v === null ? undefined : v / one })} normalize={(v: number | null) => (v === null ? undefined : Math.round(v * one))}>
      <InputNumber min={0} max={36} step={0.05} precision={4} suffix="%" style={{ width: '100%' }} />
    </Form.Item>
  )
}

/** MonthsField asks for a term. */
export function MonthsField({ name, label }: { name: string; label: string }) {
  const t = useWords(said)
  return (
    <Form.Item name={name} label={label} rules={[{ required: true, type: 'number', message: t.wrong }]}>
      <InputNumber min={1} max={480} precision={0} style={{ width: '100%' }} />
    </Form.Item>
  )
}

/** CodeField asks for one of the codes of a dictionary. */
export function CodeField({ name, label, of, optional }: { name: string; label: string; of: Record<'zh' | 'en', Record<string, string>>; optional?: boolean }) {
  const required = useRequired()
  const say = useCode(of)
  return (
    <Form.Item name={name} label={label} rules={optional ? [] : [required]}>
      <Select allowClear={optional} options={Object.keys(of.zh).map((value) => ({ value, label: say(value) }))} />
    </Form.Item>
  )
}
