import { useParams } from 'react-router'
import { type Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { kindWords } from '../../domain/access/words'
import { figureWords, personalWords, sharingTones, sharingWords, typeWords } from '../../domain/exchange/catalogue'
import { purposeWords } from '../../domain/exchange/words'
import { Card, Page, Shown } from '../../kit/page'
import { Facts, Tag } from '../../kit/show'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['数据集', 'Dataset'],
  back: ['数据目录', 'the catalogue'],
  department: ['提供部门', 'Department'],
  id: ['标识', 'Id'],
  level: ['数据级别', 'Level'],
  sealed: ['（留存时加密）', ' (kept sealed)'],
  sharing: ['共享属性', 'Sharing'],
  fresh: ['有效期', 'Fresh for'],
  days: [(n: number) => `${n}天内不重复查询`, (n: number) => `${n} days`],
  always: ['每次都查询', 'asked for each time'],
  records: ['记录', 'Records'],
  one: ['每户一条', 'one of an enterprise'],
  many: ['每户多条', 'several of an enterprise'],
  basis: ['依据', 'Basis'],
  statute: ['不需授权的查询', 'Without a consent'],
  fields: ['数据项', 'Fields'],
  field: ['名称', 'Field'],
  type: ['类型', 'Type'],
  must: ['必有', 'Always there'],
  personal: ['个人信息', 'Personal'],
  masked: [(what: string) => `${what}，无单独同意时脱敏`, (what: string) => `${what}; masked without a consent that names it`],
  rules: ['质量规则', 'Rules of quality'],
  rule: ['不成立时', 'What is wrong'],
  check: ['条件', 'Condition'],
  error: ['错误', 'error'],
  warning: ['警告', 'warning'],
  severity: ['程度', 'Severity'],
  summary: ['汇总项', 'Figures'],
  summaryAbout: ['产品条件和政策匹配使用这些汇总；有记录不符合质量规则（错误）时，汇总视为未知。', 'Conditions of products and policies read these; where a record breaks a rule they are unknown.'],
  of: ['算法', 'How'],
  yes: ['是', 'yes'],
})

type Dataset = Answer<'/api/datasets/{id}'>

export default function DatasetPage() {
  const t = useWords(said)
  const { lang } = useLang()
  const { id = '' } = useParams()
  const dataset = useGet('/api/datasets/{id}', { path: { id } })
  return (
    <Page title={(lang === 'zh' ? dataset.data?.title : dataset.data?.title_en) ?? t.title} back={{ to: '/datasets', name: t.back }}>
      <Shown of={dataset}>{(d) => <><Known of={d} /><Fields of={d} /><Figures of={d} /><Rules of={d} /></>}</Shown>
    </Page>
  )
}

function Known({ of: d }: { of: Dataset }) {
  const t = useWords(said)
  const { lang } = useLang()
  const sharing = useCode(sharingWords)
  const kind = useCode(kindWords)
  const purpose = useCode(purposeWords)
  const sealed = d.level >= 3 || d.fields?.some((f) => f.personal)
  return (
    <Card>
      <Facts of={[
        [t.department, lang === 'zh' ? d.department.name : d.department.name_en],
        [t.id, <code key="i">{d.id}</code>],
        [t.sharing, <Tag key="s" tone={sharingTones[d.sharing] ?? 'plain'}>{sharing(d.sharing)}</Tag>],
        [t.level, `${d.level}${sealed ? t.sealed : ''}`],
        [t.fresh, d.fresh_days > 0 ? t.days(d.fresh_days) : t.always],
        [t.records, d.single ? t.one : t.many],
        [t.basis, <Basis key="b" of={d.basis} />],
        ...(d.statutes ?? []).map((s): [string, React.ReactNode] => [t.statute, <span key={s.org_kind}>{kind(s.org_kind)} · {purpose(s.purpose)}：<Basis of={s.basis} /></span>]),
      ]} />
    </Card>
  )
}

const Basis = ({ of }: { of: Dataset['basis'] }) => <span>{of.text}<br /><span className="quiet small">{of.source}</span></span>

function Fields({ of: d }: { of: Dataset }) {
  const t = useWords(said)
  const { lang } = useLang()
  const type = useCode(typeWords)
  const personal = useCode(personalWords)
  return (
    <Card title={t.fields} flush>
      <div className="table-scroll" tabIndex={0} role="group" aria-label={t.fields}>
        <table className="data">
          <thead><tr><th>{t.field}</th><th>{t.id}</th><th>{t.type}</th><th>{t.must}</th><th>{t.personal}</th></tr></thead>
          <tbody>
            {(d.fields ?? []).map((f) => (
              <tr key={f.name}>
                <td>{lang === 'zh' ? f.title : f.title_en}</td>
                <td><code className="small">{f.name}</code></td>
                <td>{type(f.type)}{f.codes?.length ? <span className="quiet small">：{f.codes.map((c) => (lang === 'zh' ? c.title : c.title_en)).join('、')}</span> : null}</td>
                <td>{f.required ? t.yes : ''}</td>
                <td>{f.personal ? t.masked(personal(f.personal)) : ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function Figures({ of: d }: { of: Dataset }) {
  const t = useWords(said)
  const { lang } = useLang()
  const how = useCode(figureWords)
  const name = (field?: string) => {
    const f = d.fields?.find((x) => x.name === field)
    return f ? (lang === 'zh' ? f.title : f.title_en) : ''
  }
  if (!d.summary?.length) return null
  return (
    <Card title={t.summary} flush>
      <p className="quiet small" style={{ padding: '0 20px 10px' }}>{t.summaryAbout}</p>
      <div className="table-scroll" tabIndex={0} role="group" aria-label={t.summary}>
        <table className="data">
          <thead><tr><th>{t.field}</th><th>{t.id}</th><th>{t.of}</th><th>{t.check}</th></tr></thead>
          <tbody>
            {d.summary.map((f) => (
              <tr key={f.name}>
                <td>{lang === 'zh' ? f.title : f.title_en}</td>
                <td><code className="small">{f.name}</code></td>
                <td>{how(f.of)}{f.field ? ` · ${name(f.field)}` : ''}</td>
                <td>{f.where && <code className="small">{f.where}</code>}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}

function Rules({ of: d }: { of: Dataset }) {
  const t = useWords(said)
  const { lang } = useLang()
  if (!d.rules?.length) return null
  return (
    <Card title={t.rules} flush>
      <div className="table-scroll" tabIndex={0} role="group" aria-label={t.rules}>
        <table className="data">
          <thead><tr><th>{t.rule}</th><th>{t.severity}</th><th>{t.check}</th></tr></thead>
          <tbody>
            {d.rules.map((r) => (
              <tr key={r.id}>
                <td>{lang === 'zh' ? r.title : r.title_en}</td>
                <td>{r.error ? <Tag tone="bad">{t.error}</Tag> : <Tag tone="wait">{t.warning}</Tag>}</td>
                <td><code className="small">{r.check}</code></td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Card>
  )
}
