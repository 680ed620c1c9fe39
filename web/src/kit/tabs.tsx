import { Tabs as AntTabs } from 'antd'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'

/** Tabs are parts of a page; the one shown stands in the address. Filters and pages of
 * the part that is left are dropped. */
export function Tabs({ of, keep = [] }: { of: { key: string; name: ReactNode; show: ReactNode }[]; keep?: string[] }) {
  const [at, setAt] = useSearchParams()
  const shown = of.find((t) => t.key === at.get('tab')) ?? of[0]
  return (
    <AntTabs activeKey={shown?.key} destroyOnHidden items={of.map((t) => ({ key: t.key, label: t.name, children: t.key === shown?.key ? <div className="stack">{t.show}</div> : null }))}
      onChange={(key) => setAt((b) => {
        const next = new URLSearchParams()
        for (const k of keep) if (b.get(k)) next.set(k, b.get(k)!)
        if (key !== of[0]?.key) next.set('tab', key)
        return next
      }, { replace: true })} />
  )
}
