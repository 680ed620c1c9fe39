// One condition, checked while it is typed.
import { Button, Form, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { call } from '../../api/client'
import { useGet } from '../../api/query'
import { useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { useSay } from '../../kit/say'
import { useLang, useWords, words } from '../../kit/words'

const said = words({
  when: ['条件', 'Condition'],
  example: ['如 tax_filing.months_paid >= 12 && firm.months_open >= 24', 'such as tax_filing.months_paid >= 12 && firm.months_open >= 24'],
  insert: ['插入数据项', 'Insert a fact'],
  words: ['对企业怎么说（可不填）', 'In your words (optional)'],
  means: ['意思是：', 'It says: '],
  drop: ['删除条件', 'Remove the condition'],
})

const pause = 400 // milliseconds after the last key

/** useSentence checks a condition when typing pauses. */
function useSentence(when: string): { zh?: string; wrong?: string } {
  const say = useSay()
  const [found, setFound] = useState<{ zh?: string; wrong?: string }>({})
  useEffect(() => {
    if (!when.trim()) {
      setFound({})
      return
    }
    const stop = new AbortController()
    const later = setTimeout(async () => {
      try {
        const s = await call('post', '/api/product-conditions', { body: { when: when.trim() } }, stop.signal)
        setFound({ zh: s.zh })
      } catch (e) {
        if (!stop.signal.aborted) setFound({ wrong: say(e) })
      }
    }, pause)
    return () => {
      clearTimeout(later)
      stop.abort()
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- say is the same while the language is
  }, [when])
  return found
}

/** ConditionField is one condition of the form's list of conditions. */
export function ConditionField({ name, drop }: { name: number; drop: () => void }) {
  const t = useWords(said)
  const { lang } = useLang()
  const form = Form.useFormInstance()
  const when: string = Form.useWatch(['conditions', name, 'when'], form) ?? ''
  const { zh, wrong } = useSentence(when)
  const required = useRequired() // a rule, so that what the server said of it goes as it is typed anew
  const facts = useGet('/api/product-words', {}, { staleTime: 3_600_000 })
  const options = (facts.data?.items ?? []).map((table) => ({
    label: lang === 'zh' ? table.title : table.title_en,
    options: (table.columns ?? []).map((c) => ({ value: c.name, label: `${lang === 'zh' ? c.title : c.title_en} · ${c.name}` })),
  }))
  return (
    <div style={{ marginBottom: 16 }}>
      <div className="row" style={{ alignItems: 'flex-start', gap: '0 16px' }}>
        <Form.Item className="grow" name={[name, 'when']} label={t.when} rules={[required]} validateStatus={wrong ? 'error' : undefined} help={wrong && <span role="status">{wrong}</span>}
          extra={<span role="status">{zh && `${t.means}${zh}`}</span>}>
          <Input spellCheck={false} autoComplete="off" placeholder={t.example} maxLength={2000} style={{ fontFamily: 'monospace' }} />
        </Form.Item>
        <Select aria-label={t.insert} placeholder={t.insert} value={null} options={options} showSearch={{ optionFilterProp: 'label' }} style={{ width: 180, marginTop: 30 }} popupMatchSelectWidth={420}
          onChange={(v: string | null) => v && form.setFieldValue(['conditions', name, 'when'], `${when.trim()}${when.trim() ? ' ' : ''}${v} `)} />
        <Button type="text" icon={<Icon name="close" size={16} />} aria-label={t.drop} style={{ marginTop: 30 }} onClick={drop} />
      </div>
      <Form.Item name={[name, 'words']} label={t.words}><Input maxLength={200} /></Form.Item>
    </div>
  )
}
