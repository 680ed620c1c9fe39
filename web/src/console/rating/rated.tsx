// How an enterprise is rated, beside its referral: the grade, and the way to the report.
import { Link } from 'react-router'
import { useGet } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { pd } from '../../domain/rating/score'
import { Card, Shown } from '../../kit/page'
import { At, Tag } from '../../kit/show'
import { useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['信用评级（仅供参考）', 'Credit rating (for reference only)'],
  open: ['评级报告', 'The report'],
  begin: ['去评级', 'Have it rated'],
  none: ['还没有评级。', 'Not rated yet.'],
  grade: [(g: string) => `${g} 级`, (g: string) => `grade ${g}`],
  score: [(n: number, pd: string) => `${n} 分，预计违约率 ${pd}`, (n: number, pd: string) => `${n} points, expected default rate ${pd}`],
})

export function Rated({ referral, org }: { referral: string; org: string }) {
  const me = useMe()
  const may = useMay()
  return me.org === org && may('rating.read') ? <Told referral={referral} /> : null
}

function Told({ referral }: { referral: string }) {
  const t = useWords(said)
  const { lang } = useLang()
  const rating = useGet('/api/referrals/{id}/rating', { path: { id: referral } })
  const say = (r: { title: string; title_en: string }) => (lang === 'zh' ? r.title : r.title_en)
  return (
    <Card title={t.title} extra={<Link to={`/referrals/${referral}/rating`}>{rating.data && !rating.data.latest && !rating.data.cannot_ask ? t.begin : t.open}</Link>}>
      <Shown of={rating} rows={2}>
        {({ withheld, latest: x, cannot_ask }) => (
          withheld ? <p className="quiet">{say(withheld)}</p>
            : !x ? <p className="quiet">{t.none}{cannot_ask && say(cannot_ask)}</p>
              : x.refused ? <p>{say(x.refused)} <span className="quiet small"><At ms={x.at_ms} /></span></p>
                : <p className="row"><Tag tone="brand">{t.grade(x.grade)}</Tag> {t.score(x.score, pd(x.pd_ppb))} <span className="quiet small"><At ms={x.at_ms} /></span></p>
        )}
      </Shown>
    </Card>
  )
}
