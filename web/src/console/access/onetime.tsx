import { Once } from '../../kit/once'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['一次性密码', 'Password for one use'],
  about: ['请当面或电话告知本人。关闭后不再显示；三日内有效，首次登录须修改。', 'Tell the person face to face or by telephone. It is not shown again, is good for three days, and must be changed at first use.'],
  login: ['登录名', 'Login'],
  done: ['已告知', 'Done'],
})

/** OneTime shows a password that is never shown again. */
export function OneTime({ login, password, close }: { login: string; password: string; close: () => void }) {
  const t = useWords(said)
  return (
    <Once open={password !== ''} title={t.title} about={t.about} secret={password} done={t.done} close={close}>
      <div>
        <span className="quiet">{t.login}</span> {login}
      </div>
    </Once>
  )
}
