import { Link, Navigate } from 'react-router'
import { usePacks } from '../../domain/policy/packs'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Facts, Tag } from '../../kit/show'
import { useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['政策', 'Policies'],
  about: ['每一条原文对应什么规则、用了什么参数、动了多少钱。', 'What each clause became: rule, parameters, and the money it moved.'],
  none: ['还没有安装政策包', 'No policy pack is installed'],
  noneHint: ['把政策包文件夹放到服务器的 packs 目录', 'Put a pack into the server’s packs folder'],
  number: ['文号', 'Number'],
  issuer: ['发文机关', 'Issuer'],
  issued: ['发文日期', 'Issued'],
  scope: ['适用期间', 'Pays for'],
  clauses: ['条款', 'Clauses'],
  items: [(c: number, n: number) => `${c} 条，其中资金项目 ${n} 个`, (c: number, n: number) => `${c}, money items in them: ${n}`],
  undecided: [(n: string) => `${n} 处理解待定`, (n: string) => `readings undecided: ${n}`],
  broken: ['不能使用的政策包', 'Packs that cannot be used'],
  to: ['至', ' to '],
})

export default function Policies() {
  const t = useWords(said)
  const { lang } = useLang()
  const packs = usePacks()
  if (packs.data?.items?.length === 1 && !packs.data.broken?.length) return <Navigate to={`/policies/${packs.data.items[0]!.id}`} replace />
  return (
    <Page title={t.title} about={t.about}>
      <Shown of={packs}>
        {(data) => (
          <>
            {!data.items?.length && <Card><Empty icon="policy" title={t.none} hint={t.noneHint} /></Card>}
            {(data.items ?? []).map((p) => (
              <Card key={p.id} title={<Link to={`/policies/${p.id}`}>{p.title}</Link>} extra={(p.undecided?.length ?? 0) > 0 && <Tag tone="wait">{t.undecided(String(p.undecided?.length))}</Tag>}>
                <Facts of={[
                  [t.number, p.number],
                  [t.issuer, p.issuer],
                  [t.issued, p.issued_on],
                  [t.scope, `${p.scope.from_on}${t.to}${p.scope.to_on}`],
                  [t.clauses, t.items(p.clauses, p.items)],
                ]} />
              </Card>
            ))}
            {(data.broken?.length ?? 0) > 0 && (
              <Card title={t.broken}>
                <ul className="todo">
                  {data.broken!.map((b) => (
                    <li key={b.folder}>
                      <div>
                        <b>{b.folder}</b> <span className="quiet small">{b.place}</span>
                        <div>{lang === 'zh' ? b.zh : b.en}</div>
                      </div>
                    </li>
                  ))}
                </ul>
              </Card>
            )}
          </>
        )}
      </Shown>
    </Page>
  )
}
