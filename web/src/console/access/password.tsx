import { Form, Input } from 'antd'
import { useRequired } from '../../kit/form'
import { useWords, words } from '../../kit/words'

const said = words({
  old: ['当前密码', 'Password now'],
  password: ['新密码', 'New password'],
  hint: ['至少 10 位，含大写、小写、数字、符号中的三种', 'at least 10 characters of three kinds: upper case, lower case, digits, others'],
  again: ['再输一次新密码', 'New password again'],
  differ: ['两次输入不一致', 'The two differ'],
})

/** PasswordFields ask for a new password, twice. */
export function PasswordFields({ old }: { old: boolean }) {
  const t = useWords(said)
  const required = { required: true, message: useRequired().message }
  return (
    <>
      {old && (
        <Form.Item name="old" label={t.old} rules={[required]}>
          <Input.Password autoComplete="current-password" />
        </Form.Item>
      )}
      <Form.Item name="password" label={t.password} extra={t.hint} rules={[required]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
      <Form.Item name="again" label={t.again} dependencies={['password']}
        rules={[({ getFieldValue }) => ({ validator: (_, v) => (v === getFieldValue('password') ? Promise.resolve() : Promise.reject(new Error(t.differ))) })]}>
        <Input.Password autoComplete="new-password" />
      </Form.Item>
    </>
  )
}
