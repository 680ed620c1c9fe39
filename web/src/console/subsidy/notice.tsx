import { Link, useParams } from 'react-router'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { Page, Shown } from '../../kit/page'
import { useWords, words } from '../../kit/words'
import { NoticeView } from './noticeview'

const said = words({ title: ['公示', 'Notice'], back: ['公示', 'notices'], claims: ['这些申报', 'Its claims'], objections: ['异议', 'Objections'] })

export default function NoticePage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const may = useMay()
  const notice = useGet('/api/notices/{id}', { path: { id } })
  return (
    <Page title={notice.data?.notice.title ?? t.title} back={{ to: '/notices', name: t.back }}
      actions={<>{may('claim.read') && <Link to={`/claims?notice=${id}`}>{t.claims}</Link>}{may('objection.read') && <Link to={`/objections?notice=${id}`}>{t.objections}</Link>}</>}>
      <Shown of={notice}>{(n) => <NoticeView of={n} form={false} />}</Shown>
    </Page>
  )
}
