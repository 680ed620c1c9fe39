import { App, Button, Modal } from 'antd'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['一次性密码', 'Password for one use'],
  about: ['请当面或电话告知本人。关闭后不再显示；三日内有效，首次登录须修改。', 'Tell the person face to face or by telephone. It is not shown again, is good for three days, and must be changed at first use.'],
  login: ['登录名', 'Login'],
  copy: ['复制', 'Copy'],
  copied: ['已复制', 'Copied'],
  done: ['已告知', 'Done'],
})

/** OneTime shows a password that is never shown again. */
export function OneTime({ login, password, close }: { login: string; password: string; close: () => void }) {
  const t = useWords(said)
  const { message } = App.useApp()
  return (
    <Modal open={password !== ''} title={t.title} onCancel={close} width={420} mask={{ closable: false }} footer={<Button type="primary" onClick={close}>{t.done}</Button>}>
      <div className="stack">
        <p className="quiet">{t.about}</p>
        <div>
          <span className="quiet">{t.login}</span> {login}
        </div>
        <div className="spread notice wait">
          <code style={{ fontSize: 18, letterSpacing: '.04em', userSelect: 'all' }}>{password}</code>
          {navigator.clipboard && <Button size="small" onClick={() => navigator.clipboard.writeText(password).then(() => message.success(t.copied))}>{t.copy}</Button>}
        </div>
      </div>
    </Modal>
  )
}
