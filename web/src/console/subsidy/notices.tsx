import { Link } from 'react-router'
import { call, type Item } from '../../api/client'
import { Page } from '../../kit/page'
import { At, Tag } from '../../kit/show'
import { type Column, DataTable } from '../../kit/table'
import { minute, today } from '../../kit/time'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['公示', 'Public notices'],
  about: ['在“申报与兑付”中选择待公示的申报即可发布；对外公开地址为 /notice。', 'Publish from claims that are to be published; everybody sees them at /notice.'],
  public: ['对外公开页', 'What everybody sees'],
  objections: ['异议', 'Objections'],
  name: ['标题', 'Title'],
  first: ['起', 'From'],
  last: ['止', 'To'],
  at: ['发布时间', 'Published'],
  state: ['状态', 'State'],
  open: ['公示中', 'Open'],
  closed: ['已结束', 'Ended'],
  none: ['还没有公示', 'No notices yet'],
  noneHint: ['审核通过后，在申报列表里选中，发布公示', 'Choose reviewed claims in the list of claims to publish one'],
})

type Notice = Item<'/api/notices'>

export default function Notices() {
  const t = useWords(said)
  const columns: Column<Notice>[] = [
    { key: 'title', title: t.name, value: (n) => n.title },
    { key: 'first', title: t.first, value: (n) => n.first_on },
    { key: 'last', title: t.last, value: (n) => n.last_on },
    { key: 'at', title: t.at, value: (n) => minute(n.at_ms), show: (n) => <At ms={n.at_ms} /> },
    { key: 'state', title: t.state, value: (n) => (n.last_on >= today() ? t.open : t.closed), show: (n) => <Tag tone={n.last_on >= today() ? 'good' : 'plain'}>{n.last_on >= today() ? t.open : t.closed}</Tag> },
  ]
  return (
    <Page title={t.title} about={t.about} actions={<><a href="/notice" target="_blank" rel="noreferrer">{t.public}</a><Link to="/objections">{t.objections}</Link></>}>
      <DataTable name="notices" label={t.title} columns={columns} rowKey={(n) => n.id} to={(n) => `/notices/${n.id}`} empty={{ icon: 'notice', title: t.none, hint: t.noneHint }}
        source={{ key: ['/api/notices'], load: (_, w, signal) => call('get', '/api/notices', { query: w }, signal) }} />
    </Page>
  )
}
