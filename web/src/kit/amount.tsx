// An amount that a person types in yuan, kept in fen.
import { Form, Input } from 'antd'
import { useEffect, useState } from 'react'
import { type Fen, parseYuan, yuan } from './money'
import { useWords, words } from './words'

const said = words({
  wrong: ['请填写金额，最多两位小数', 'An amount with at most two decimals'],
  yuan: ['元', 'yuan'],
})

function AmountInput({ value, onChange, id }: { value?: Fen | null; onChange?: (v: Fen | null | undefined) => void; id?: string }) {
  const t = useWords(said)
  const [text, setText] = useState(value === null || value === undefined ? '' : yuan(value))
  useEffect(() => {
    if (value !== undefined && value !== null && parseYuan(text) !== value) setText(yuan(value))
  }, [value, text])
  return (
    <Input id={id} inputMode="decimal" value={text} suffix={t.yuan} style={{ fontVariantNumeric: 'tabular-nums' }}
      onChange={(e) => {
        setText(e.target.value)
        onChange?.(e.target.value.trim() === '' ? undefined : parseYuan(e.target.value))
      }}
      onBlur={() => {
        const fen = parseYuan(text)
        if (fen !== null) setText(yuan(fen))
      }} />
  )
}

/** AmountField asks for an amount above zero. */
export function AmountField({ name, label, optional, zero }: { name: string | (string | number)[]; label: string; optional?: boolean; zero?: boolean }) {
  const t = useWords(said)
  return (
    <Form.Item name={name} label={label} rules={[{
      validator: (_, v: Fen | null | undefined) => (optional && v === undefined) || (typeof v === 'number' && (zero ? v >= 0 : v > 0)) ? Promise.resolve() : Promise.reject(new Error(t.wrong)),
    }]}>
      <AmountInput />
    </Form.Item>
  )
}
