import { Select } from 'antd'
import { itemsOf, poolsOf, usePolicies } from '../../domain/policy/packs'

/** Purposes chooses the items or pools that money may pay. */
export function Purposes(p: { value?: string[]; onChange?: (v: string[]) => void; id?: string }) {
  const policies = usePolicies()
  return (
    <Select id={p.id} mode="multiple" value={p.value} onChange={p.onChange} showSearch={{ optionFilterProp: 'label' }}
      options={policies.map((x) => ({
        label: x.title,
        options: [...itemsOf(x).map((i) => ({ value: i.id, label: i.title })), ...[...poolsOf(x)].map(([id, title]) => ({ value: id, label: title }))],
      }))} />
  )
}
