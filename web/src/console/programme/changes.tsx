// Other readings and parameters than the pack's, chosen one by one.
import { Button, Input, Select } from 'antd'
import type { Policy } from '../../domain/policy/packs'
import { Icon } from '../../kit/icon'
import { useWords, words } from '../../kit/words'

const said = words({
  add: ['添加一处调整', 'Change something'],
  readings: ['理解', 'Readings'],
  parameters: ['参数', 'Parameters'],
  value: ['取值', 'Value'],
  holds: [(v: string) => `现为 ${v}`, (v: string) => `now ${v}`],
  remove: ['移除', 'Remove'],
})

export type Chosen = { kind: 'reading' | 'parameter'; name: string; value: string }[]

/** chosenOf returns changes as the API takes them. */
export function chosenOf(all: Chosen | undefined) {
  const of = (kind: Chosen[number]['kind']) => {
    const some = (all ?? []).filter((c) => c.kind === kind && c.value.trim() !== '')
    return some.length > 0 ? Object.fromEntries(some.map((c) => [c.name, c.value.trim()])) : undefined
  }
  return { readings: of('reading'), parameters: of('parameter') }
}

/** Changes chooses other readings and parameters. `item` puts those of one item first. */
export function Changes({ policy, value = [], onChange, used }: { policy: Policy; value?: Chosen; onChange?: (v: Chosen) => void; used?: Record<string, string> }) {
  const t = useWords(said)
  const readings = (policy.readings ?? []).filter((r) => (r.values?.length ?? 0) > 1)
  const parameters = policy.parameters ?? []
  const set = (i: number, v: string) => onChange?.(value.map((c, j) => (j === i ? { ...c, value: v } : c)))
  const now = (name: string, other: string) => used?.[name] ?? other
  return (
    <div className="stack" style={{ gap: 10 }}>
      {value.map((c, i) => {
        const reading = readings.find((r) => r.name === c.name)
        const parameter = parameters.find((p) => p.name === c.name)
        const title = reading?.title ?? parameter?.title ?? c.name
        return (
          <div key={c.name} className="change">
            <div className="spread" style={{ flexWrap: 'nowrap' }}>
              <b style={{ fontWeight: 550 }}>{title}</b>
              <Button type="text" size="small" aria-label={`${t.remove} ${title}`} icon={<Icon name="close" size={14} />} onClick={() => onChange?.(value.filter((_, j) => j !== i))} />
            </div>
            {reading && <p className="quiet small">{reading.question}</p>}
            {reading
              ? <Select aria-label={title} style={{ width: '100%' }} value={c.value} onChange={(v) => set(i, v)} options={(reading.values ?? []).map((v) => ({ value: v.value, label: v.title }))} />
              : <Input aria-label={`${title} ${t.value}`} value={c.value} onChange={(e) => set(i, e.target.value)} suffix={<span className="quiet small">{t.holds(now(c.name, parameter?.value ?? ''))}</span>} />}
          </div>
        )
      })}
      <Select aria-label={t.add} value={null} placeholder={t.add} showSearch={{ optionFilterProp: 'label' }}
        onChange={(key: string | null) => {
          const reading = readings.find((r) => r.name === key)
          const parameter = parameters.find((p) => p.name === key)
          if (reading) onChange?.([...value, { kind: 'reading', name: reading.name, value: reading.values?.find((v) => v.value !== now(reading.name, reading.used))?.value ?? '' }])
          else if (parameter) onChange?.([...value, { kind: 'parameter', name: parameter.name, value: now(parameter.name, parameter.value) }])
        }}
        options={[
          { label: t.readings, options: readings.filter((r) => !value.some((c) => c.name === r.name)).map((r) => ({ value: r.name, label: `${r.clause} ${r.title}` })) },
          { label: t.parameters, options: parameters.filter((p) => !value.some((c) => c.name === p.name)).map((p) => ({ value: p.name, label: `${p.clause} ${p.title}（${p.value}）` })) },
        ]} />
    </div>
  )
}
