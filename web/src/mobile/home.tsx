import { useContext } from 'react'
import { Link } from 'react-router'
import { MeContext } from '../domain/access/me'
import { Icon } from '../kit/icon'
import { useWords, words } from '../kit/words'
import { Page } from './page'

const said = words({
  title: ['企业融资', 'Finance for your business'],
  hero: ['一次申请，多家银行报价', 'Apply once, several banks make offers'],
  heroText: ['不用先注册。填写需求、授权查询、选好银行就能提交；政策补贴直接算进成本里。', 'No account is needed to begin. Say what you need, consent, choose banks; subsidies are counted into the cost.'],
  begin: ['开始申请', 'Begin'],
  signIn: ['企业登录', 'Sign in'],
  calculator: ['还款试算', 'What would it cost'],
  calculatorText: ['看看每期还多少、一年成本多少', 'Each instalment, and the cost of a year'],
  notices: ['补贴公示', 'Public notices'],
  noticesText: ['哪些企业得了什么补贴', 'Who got which subsidy'],
  scan: ['有贷款码？', 'You have a loan code?'],
  scanText: ['用手机相机或微信扫一扫，直接打开，不用在这里输入', 'Scan it with your phone’s camera; it opens by itself'],
})

export default function Home() {
  const me = useContext(MeContext)
  return me ? <Mine /> : <Open />
}

function Mine() {
  return <Open />
}

function Open() {
  const t = useWords(said)
  return (
    <Page title={t.title}>
      <section className="card hero">
        <h2>{t.hero}</h2>
        <p>{t.heroText}</p>
        <Link className="press block large" to="/apply">{t.begin}</Link>
        <Link className="press block plain" to="/sign-in">{t.signIn}</Link>
      </section>
      <nav className="menu">
        <Link to="/calculator"><Icon name="calc" size={26} /><span className="grow"><b>{t.calculator}</b><small>{t.calculatorText}</small></span></Link>
        <a href="/notice"><Icon name="notice" size={26} /><span className="grow"><b>{t.notices}</b><small>{t.noticesText}</small></span></a>
      </nav>
      <section className="card">
        <h2>{t.scan}</h2>
        <p>{t.scanText}</p>
      </section>
    </Page>
  )
}
