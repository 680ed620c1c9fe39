import { Link } from 'react-router'
import { useGet } from '../../api/query'
import { Card, Empty, Page, Shown } from '../../kit/page'
import { Tag } from '../../kit/show'
import { today } from '../../kit/time'
import { useWords, words } from '../../kit/words'
import { PublicFrame } from './frame'

const said = words({
  title: ['公示', 'Public notices'],
  about: ['拟兑付的奖补名单在此公示，任何人都可以查看并提出异议。', 'What is to be paid is shown here; anybody may look and object.'],
  none: ['目前没有公示', 'No notices now'],
  noneHint: ['拟兑付名单公示时会列在这里', 'Lists of who is to be paid appear here'],
  days: [(a: string, b: string) => `${a} 至 ${b}`, (a: string, b: string) => `${a} to ${b}`],
  open: ['公示中', 'Open'],
  closed: ['已结束', 'Ended'],
})

export default function PublicNotices() {
  const t = useWords(said)
  const notices = useGet('/api/notices', { query: { limit: 200 } })
  return (
    <PublicFrame>
      <Page title={t.title} about={t.about}>
        <Shown of={notices}>
          {(data) => data.items?.length ? (
            <Card>
              <ul className="todo">
                {data.items.map((n) => (
                  <li key={n.id}>
                    <div className="grow">
                      <Link to={`/notice/${n.id}`} style={{ fontSize: 15, fontWeight: 550 }}>{n.title}</Link>
                      <div className="quiet small">{t.days(n.first_on, n.last_on)}</div>
                    </div>
                    <Tag tone={n.last_on >= today() ? 'good' : 'plain'}>{n.last_on >= today() ? t.open : t.closed}</Tag>
                  </li>
                ))}
              </ul>
            </Card>
          ) : <Card><Empty icon="notice" title={t.none} hint={t.noneHint} /></Card>}
        </Shown>
      </Page>
    </PublicFrame>
  )
}
