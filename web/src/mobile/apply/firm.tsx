import { useContext, useEffect } from 'react'
import { Link } from 'react-router'
import { useGet } from '../../api/query'
import { MeContext } from '../../domain/access/me'
import type { Draft } from '../../domain/origination/draft'
import type { Field, Form } from '../../domain/origination/need'
import { useWords, words } from '../../kit/words'
import { Text } from '../field'
import { Card, Failed } from '../page'
import { Facts } from '../show'

const said = words({
  door: ['请用企业身份登录', 'Sign in as your enterprise'],
  doorText: ['银行要知道是哪家企业申请。登录一次就行，前面填的内容已保存，登录后接着办。', 'A bank has to know who asks. What you typed is kept; it goes on after you have signed in.'],
  signIn: ['去登录', 'Sign in'],
  staff: ['您登录的不是企业账号', 'You are not signed in as an enterprise'],
  staffText: ['银行、机关工作人员不能代企业申请。请退出后用企业身份登录。', 'Staff of banks and offices do not apply for an enterprise. Sign in as one.'],
  firm: ['申请企业', 'The enterprise'],
  name: ['名称', 'Name'],
  uscc: ['统一社会信用代码', 'Credit code'],
  contact: ['银行联系谁', 'Whom banks call'],
  contactName: ['联系人姓名', 'Name'],
  contactNameWrong: ['请填写联系人姓名，不超过60字', 'Give a name of at most 60 characters'],
  phone: ['联系电话', 'Telephone'],
  phoneHint: ['只有您选中的银行能看到', 'Seen by the banks you choose alone'],
  phoneWrong: ['请填写电话，只含数字、横线和空格', 'Give a number of digits, dashes and spaces'],
})

export function Firm({ draft, wrong }: { draft: Draft<Form>; wrong: Field[] }) {
  const t = useWords(said)
  const me = useContext(MeContext)
  const f = draft.values
  const orgs = useGet('/api/orgs', { query: { limit: 5 } }, { enabled: me !== null, staleTime: 300_000 })
  useEffect(() => {
    if (me && f.contact_name === '' && draft.state !== 'empty') draft.set('contact_name', me.name)
  }, [me, f.contact_name, draft])
  if (!me) return <Card title={t.door}><p>{t.doorText}</p><Link className="press primary block large" to={`/sign-in?next=${encodeURIComponent('/apply?step=2')}`}>{t.signIn}</Link></Card>
  if (!me.roles?.includes('enterprise')) return <Card title={t.staff}><p>{t.staffText}</p><Link className="press block" to="/sign-in">{t.signIn}</Link></Card>
  const own = orgs.data?.items?.find((o) => o.id === me.org)
  return (
    <>
      <Card title={t.firm}>
        {orgs.error && <Failed error={orgs.error} retry={() => orgs.refetch()} />}
        <Facts of={[[t.name, me.org_name], [t.uscc, own?.uscc]]} />
      </Card>
      <Card title={t.contact}>
        <Text label={t.contactName} autoComplete="name" maxLength={120} value={f.contact_name} onChange={(v) => draft.set('contact_name', v)} wrong={wrong.includes('contact_name') ? t.contactNameWrong : undefined} />
        <Text label={t.phone} type="tel" inputMode="tel" autoComplete="tel" maxLength={20} hint={t.phoneHint} value={f.contact_phone} onChange={(v) => draft.set('contact_phone', v)} wrong={wrong.includes('contact_phone') ? t.phoneWrong : undefined} />
      </Card>
    </>
  )
}
