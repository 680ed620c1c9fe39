// Forms: what the server finds wrong is shown at the field it means.
import { Button, Form, type FormInstance, Modal } from 'antd'
import { type ReactNode, useState } from 'react'
import { fieldOf, type Trouble, useSay } from './say'
import { useLang, useWords, words } from './words'

const said = words({
  cancel: ['取消', 'Cancel'],
  required: ['请填写', 'Required'],
  changed: ['内容已被他人修改，请刷新后重做', 'Somebody else has changed this; reload and do it again'],
})

type Wrongly = { field: string; title?: string; en: string }
type Placed = Trouble & { field?: string; errors?: Wrongly[] }

type Name = (string | number)[]

/** useRequired returns the rule of a field that must be filled in. */
export function useRequired() {
  const t = useWords(said)
  return { required: true, whitespace: true, message: t.required }
}

/** useSubmit sends a form's values; `wrong` is what belongs to no field. */
export function useSubmit<V extends object>(form: FormInstance<V>, send: (v: V) => Promise<unknown>, done?: () => void) {
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<string>()
  const say = useSay()
  const { lang } = useLang()
  const sayOf = (x: Wrongly) => (lang === 'zh' && x.title) || x.en
  const submit = async (values: V) => {
    setBusy(true)
    setWrong(undefined)
    // what the server said before of a field without rules would stay
    form.setFields(form.getFieldsError().filter((f) => f.errors.length > 0).map((f) => ({ name: f.name as never, errors: [] })))
    try {
      await send(values)
      done?.()
    } catch (e) {
      const p = e as Placed
      const fields = form.getFieldsError().map((f) => f.name as Name)
      const placed = [...(p.errors ?? []).map((x) => [x.field, sayOf(x)]), ...(p.field && !p.errors?.length ? [[p.field, say(e)]] : [])].flatMap(([field, text]) => {
        const name = fieldOf(field!, fields)
        return name ? [{ name, errors: [text!] }] : []
      })
      const at = placed[0]
      // antd types names by the form's values, which this does not know
      if (at) form.setFields(placed as unknown as Parameters<typeof form.setFields>[0])
      if (!at) setWrong(say(e))
      if (at) form.getFieldInstance(at.name as never)?.focus?.()
    } finally {
      setBusy(false)
    }
  }
  return { submit, busy, wrong, clear: () => setWrong(undefined) }
}

/** Wrong shows what is wrong with a whole form. */
export function Wrong({ text }: { text?: string }) {
  return (
    <div role="alert" aria-live="assertive">
      {text && (
        <div className="notice bad" style={{ marginBottom: 16 }}>
          {text}
        </div>
      )}
    </div>
  )
}

/** Ask is a form in a dialog. */
export function Ask<V extends object>(p: {
  open: boolean
  title: string
  about?: ReactNode
  ok: string
  danger?: boolean
  width?: number
  initial?: Partial<V>
  send: (v: V) => Promise<unknown>
  close: () => void
  done?: () => void
  children: ReactNode
}) {
  const t = useWords(said)
  const [form] = Form.useForm<V>()
  const { submit, busy, wrong, clear } = useSubmit(form, p.send, () => {
    p.close()
    p.done?.()
  })
  return (
    <Modal
      open={p.open}
      title={p.title}
      onCancel={p.close}
      width={p.width ?? 480}
      destroyOnHidden
      afterClose={clear}
      mask={{ closable: false }}
      footer={[
        <Button key="cancel" onClick={p.close}>
          {t.cancel}
        </Button>,
        <Button key="ok" type="primary" danger={p.danger} loading={busy} onClick={() => form.submit()}>
          {p.ok}
        </Button>,
      ]}
    >
      {p.about && <p className="quiet" style={{ marginBottom: 16 }}>{p.about}</p>}
      <Wrong text={wrong} />
      <Form form={form} layout="vertical" requiredMark={false} initialValues={p.initial} onFinish={submit} preserve={false}>
        {p.children}
        <button type="submit" hidden />
      </Form>
    </Modal>
  )
}
