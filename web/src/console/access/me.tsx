import { useMe } from '../../domain/access/me'
import { kindWords, roleWords } from '../../domain/access/words'
import { Card, Page } from '../../kit/page'
import { Facts, Tag } from '../../kit/show'
import { useCode, useWords, words } from '../../kit/words'

const said = words({
  title: ['我的账号', 'My account'],
  who: ['身份', 'Who I am'],
  name: ['姓名', 'Name'],
  org: ['机构', 'Organisation'],
  kind: ['机构类别', 'Kind'],
  roles: ['角色', 'Roles'],
})

export default function MyAccount() {
  const t = useWords(said)
  const me = useMe()
  const role = useCode(roleWords)
  const kind = useCode(kindWords)
  return (
    <Page title={t.title}>
      <Card title={t.who}>
        <Facts of={[
          [t.name, me.name],
          [t.org, me.org_name],
          [t.kind, kind(me.org_kind)],
          [t.roles, <span className="tags" key="r">{(me.roles ?? []).map((r) => <Tag key={r} tone="brand">{role(r)}</Tag>)}</span>],
        ]} />
      </Card>
    </Page>
  )
}
