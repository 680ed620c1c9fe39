// What one types or chooses. Every field has a label that is seen and read aloud,
// says how to fill it in, and what is wrong with it.
import Input from 'antd-mobile/es/components/input'
import TextArea from 'antd-mobile/es/components/text-area'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import type { Fen } from '../kit/money'
import { useWords, words } from '../kit/words'
import { fenOfWan, wanOf } from './wan'

const said = words({
  optional: ['选填', 'optional'],
  wan: ['万元', '× 10,000 yuan'],
})

type Common = { label: string; hint?: ReactNode; wrong?: string; optional?: boolean }

function Around({ id, label, hint, wrong, optional, children }: Common & { id: string; children: ReactNode }) {
  const t = useWords(said)
  return (
    <div className={wrong ? 'field wrong' : 'field'}>
      <label htmlFor={id}>{label}{optional && <small>（{t.optional}）</small>}</label>
      {children}
      {hint && <p className="hint" id={`${id}-hint`}>{hint}</p>}
      <p className="says" id={`${id}-wrong`} role="alert">{wrong}</p>
    </div>
  )
}

// useDescribed tells a screen reader of a field's hint and of what is wrong with it:
// the library hands on neither.
function useDescribed(id: string, wrong: string | undefined, hint: ReactNode) {
  useEffect(() => {
    const e = document.getElementById(id)
    e?.setAttribute('aria-describedby', [hint ? `${id}-hint` : '', wrong ? `${id}-wrong` : ''].join(' ').trim())
    if (wrong) e?.setAttribute('aria-invalid', 'true')
    else e?.removeAttribute('aria-invalid')
  }, [id, wrong, hint])
}

/** Text is a line of text. */
export function Text(p: Common & {
  value: string; onChange: (v: string) => void; onBlur?: () => void
  type?: 'text' | 'tel' | 'password' | 'date'; inputMode?: 'text' | 'decimal' | 'numeric' | 'tel'; autoComplete?: string; maxLength?: number; unit?: string; name?: string
}) {
  const id = useId()
  useDescribed(id, p.wrong, p.hint)
  return (
    <Around id={id} {...p}>
      <div className="box">
        <Input id={id} name={p.name} value={p.value} onChange={p.onChange} onBlur={p.onBlur} type={p.type ?? 'text'} inputMode={p.inputMode} autoComplete={p.autoComplete} maxLength={p.maxLength} autoCapitalize="none" />
        {p.unit && <span className="unit">{p.unit}</span>}
      </div>
    </Around>
  )
}

/** Long is text of several lines. */
export function Long(p: Common & { value: string; onChange: (v: string) => void; maxLength: number }) {
  const id = useId()
  useDescribed(id, p.wrong, p.hint)
  return (
    <Around id={id} {...p}>
      <div className="box"><TextArea id={id} value={p.value} onChange={p.onChange} maxLength={p.maxLength} rows={3} autoSize={{ minRows: 3, maxRows: 8 }} /></div>
    </Around>
  )
}

/** Amount is an amount in ten thousands of yuan, as people speak of loans. */
export function Amount({ value, onChange, ...p }: Common & { value: Fen | undefined; onChange: (v: Fen | undefined) => void }) {
  const t = useWords(said)
  const [text, setText] = useState(() => wanOf(value))
  const last = useRef(value)
  useEffect(() => {
    if (value !== last.current) setText(wanOf(value)) // a draft was read, not typed
    last.current = value
  }, [value])
  return <Text {...p} value={text} inputMode="decimal" unit={t.wan} maxLength={13} onChange={(v) => {
    setText(v)
    last.current = fenOfWan(v) ?? undefined
    onChange(last.current)
  }} />
}

/** Choice is one of a few, all of them in sight. */
export function Choice<V extends string | number>({ label, value, onChange, of, hint, wrong, columns }: Common & { value: V | undefined; onChange: (v: V) => void; of: [V, ReactNode][]; columns?: boolean }) {
  const id = useId()
  return (
    <fieldset className={wrong ? 'field choice wrong' : 'field choice'} aria-describedby={`${id}-wrong`}>
      <legend>{label}</legend>
      <div className={columns ? 'options columns' : 'options'}>
        {of.map(([v, name]) => (
          <label key={v} className={v === value ? 'option chosen' : 'option'}>
            <input type="radio" name={id} checked={v === value} onChange={() => onChange(v)} />
            <span>{name}</span>
          </label>
        ))}
      </div>
      {hint && <p className="hint">{hint}</p>}
      <p className="says" id={`${id}-wrong`} role="alert">{wrong}</p>
    </fieldset>
  )
}

/** Tick is yes or no. */
export function Tick({ value, onChange, children, wrong }: { value: boolean; onChange: (v: boolean) => void; children: ReactNode; wrong?: string }) {
  const id = useId()
  return (
    <div className={wrong ? 'field wrong' : 'field'}>
      <label className={value ? 'option chosen' : 'option'}>
        <input type="checkbox" checked={value} onChange={(e) => onChange(e.target.checked)} aria-describedby={`${id}-wrong`} />
        <span>{children}</span>
      </label>
      <p className="says" id={`${id}-wrong`} role="alert">{wrong}</p>
    </div>
  )
}
