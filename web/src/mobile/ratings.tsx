// How the enterprise is rated: the grade, why it is no better, what would help, who had it
// made, and when.
import { Link } from 'react-router'
import { type Item } from '../api/client'
import { useGet } from '../api/query'
import { useValue } from '../domain/rating/score'
import { useLang, useWords, words } from '../kit/words'
import { Card, Empty, Page, Shown } from './page'
import { At, Facts, Tag } from './show'

const said = words({
  title: ['我的评级', 'My rating'],
  none: ['还没有人请平台评过级', 'Nobody has had a rating made'],
  noneHint: ['您申请贷款并授权后，银行可以请平台评级。每评一次，这里都有一条。', 'After you apply and consent, a bank may have you rated. Each rating appears here.'],
  latest: ['最近一次', 'The latest'],
  earlier: ['以前的评级', 'Earlier ones'],
  grade: [(g: string) => `${g} 级`, (g: string) => `Grade ${g}`],
  step: [(n: number, of: number) => `从好到差共 ${of} 级，这是第 ${n} 级`, (n: number, of: number) => `${n} of ${of} grades, 1 being the best`],
  score: [(n: number) => `${n} 分`, (n: number) => `${n} points`],
  refused: ['没有评出等级', 'No grade'],
  refusedHint: ['这不表示企业不好，只是能用的数据不够。', 'That says nothing against you: there was not enough to go by.'],
  by: ['谁请平台评的', 'Who had it made'],
  city: ['金融工作机构（全市评级）', 'The finance office, with the whole city'],
  at: ['时间', 'When'],
  model: ['用的模型', 'Model'],
  edition: [(name: string, n: number) => `${name} 第${n}版`, (name: string, n: number) => `${name}, edition ${n}`],
  sees: ['还看得到吗', 'Can they still see it'],
  seesYes: ['看得到，授权有效', 'Yes, by your consent'],
  seesNo: ['看不到了', 'No more'],
  office: ['只用于您同意的用途', 'For what you agreed to alone'],
  reasons: ['为什么不是更高', 'Why it is no better'],
  noReasons: ['您能改进的各项都已得到最高分。', 'Everything that you can change has the most points.'],
  next: ['怎样提高', 'What would help'],
  best: ['已是最高一级。', 'It is the best grade.'],
  missing: [(n: number, grade: string) => `到 ${grade} 级还差 ${n} 分。`, (n: number, grade: string) => `${n} points are missing to grade ${grade}.`],
  enough: ['做到下面这些就够了：', 'These would do:'],
  notEnough: ['只靠上面几项还不够，还要看经营本身的变化。', 'The above is not enough by itself; the business has to change too.'],
  data: ['用了哪些数据', 'What it is made of'],
  unknown: ['未知', 'unknown'],
  wrong: ['数据有误，请找提供数据的部门更正；对结果有疑问，可以要求银行说明并由人复核。', 'Where data are wrong, the department corrects them; if you doubt the result, ask the bank to explain it and to have a person look.'],
  consents: ['看授权和查询记录', 'Consents and the log'],
  lists: ['白名单：要不要让银行主动联系', 'White lists: may banks approach you'],
})

type Own = Item<'/api/my/ratings'>

export default function Ratings() {
  const t = useWords(said)
  const { lang } = useLang()
  const list = useGet('/api/my/ratings', { query: { limit: 50 } })
  return (
    <Page title={t.title} back="/" tabs>
      <Shown of={list} rows={8}>
        {({ items, notice }) => {
          const [latest, ...earlier] = items ?? []
          return (
            <>
              {latest ? <Latest of={latest} /> : <Empty icon="chart" title={t.none} hint={t.noneHint} />}
              {earlier.length > 0 && <h2>{t.earlier}</h2>}
              {earlier.map((x) => <Earlier key={x.id} of={x} />)}
              <p className="quiet small">{lang === 'zh' ? notice.text : notice.text_en}</p>
              {latest && <p className="quiet small">{t.wrong}</p>}
              <Link className="press block" to="/white-lists">{t.lists}</Link>
              <Link className="press block" to="/data">{t.consents}</Link>
            </>
          )
        }}
      </Shown>
    </Page>
  )
}

function Latest({ of: x }: { of: Own }) {
  const t = useWords(said)
  return (
    <>
      <Card title={t.latest}>
        {x.refused ? <Refused of={x} /> : <><span className="figure">{t.grade(x.grade)}</span><p>{x.steps > 0 && t.step(x.step, x.steps)} <span className="quiet">{t.score(x.score)}</span></p></>}
        <Who of={x} />
      </Card>
      {!x.refused && <Card title={t.reasons}><Reasons of={x} /></Card>}
      {!x.refused && <Card title={t.next}><Next of={x} /></Card>}
      <details className="card"><summary><b>{t.data}</b></summary><Data of={x} /></details>
    </>
  )
}

function Earlier({ of: x }: { of: Own }) {
  const t = useWords(said)
  return (
    <details className="card">
      <summary><span className="grow"><b>{x.refused ? t.refused : t.grade(x.grade)}</b><br /><small>{x.by || t.city} · <At ms={x.at_ms} /></small></span></summary>
      {x.refused ? <Refused of={x} /> : <><Reasons of={x} /><Next of={x} /></>}
      <Who of={x} />
      <details className="plain"><summary>{t.data}</summary><Data of={x} /></details>
    </details>
  )
}

function Refused({ of: x }: { of: Own }) {
  const t = useWords(said)
  const { lang } = useLang()
  return <p><b>{t.refused}</b><br />{lang === 'zh' ? x.refused!.title : x.refused!.title_en}<br /><span className="quiet">{t.refusedHint}</span></p>
}

function Who({ of: x }: { of: Own }) {
  const t = useWords(said)
  const { lang } = useLang()
  const sees = !x.by ? t.office : x.hidden ? <><Tag>{t.seesNo}</Tag> <span className="quiet">{lang === 'zh' ? x.hidden.title : x.hidden.title_en}</span></> : t.seesYes
  return <Facts of={[[t.by, x.by || t.city], [t.at, <At ms={x.at_ms} />], [t.model, t.edition(x.name, x.edition)], [t.sees, sees]]} />
}

function Reasons({ of: x }: { of: Own }) {
  const t = useWords(said)
  const { lang } = useLang()
  const list = x.reasons ?? []
  return list.length === 0 ? <p>{t.noReasons}</p> : <ul className="gaps">{list.map((r) => <li key={r.name}>{r[lang]}</li>)}</ul>
}

function Next({ of: x }: { of: Own }) {
  const t = useWords(said)
  const { lang } = useLang()
  if (!x.next.grade) return <p>{t.best}</p>
  const list = x.next.changes ?? []
  return (
    <>
      <p>{t.missing(x.next.missing, x.next.grade)}{list.length > 0 ? t.enough : t.notEnough}</p>
      {list.length > 0 && <ul className="gaps">{list.map((c) => <li key={c.name}>{c[lang]}</li>)}</ul>}
    </>
  )
}

function Data({ of: x }: { of: Own }) {
  const t = useWords(said)
  const { lang } = useLang()
  const value = useValue()
  return (
    <Facts of={(x.inputs ?? []).map((i): [string, React.ReactNode] => [lang === 'zh' ? i.title : i.title_en, (
      <>
        {i.known ? value(i) : t.unknown}
        <br /><small className="quiet">{i.known ? [i.source, i.as_of].filter(Boolean).join(' · ') : i.because}</small>
      </>
    )])} />
  )
}
