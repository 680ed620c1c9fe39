// The frame of what is open to everybody.
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useWords, words } from '../../kit/words'
import { LangSwitch } from '../frame'

const said = words({
  name: ['畅融', 'Changrong'],
  sub: ['惠企金融政策公示', 'Public notices'],
  skip: ['跳到正文', 'Skip to content'],
  signIn: ['工作人员登录', 'Sign in'],
})

export function PublicFrame({ children }: { children: ReactNode }) {
  const t = useWords(said)
  return (
    <>
      <a className="skip" href="#main">{t.skip}</a>
      <header className="public-head">
        <Link to="/notice" className="brand">
          <img src="/mark.svg" alt="" />
          <span><b>{t.name}</b><small>{t.sub}</small></span>
        </Link>
        <span className="row"><LangSwitch /><Link to="/sign-in">{t.signIn}</Link></span>
      </header>
      <div className="public">{children}</div>
    </>
  )
}
