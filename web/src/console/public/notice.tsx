import { useParams } from 'react-router'
import { useGet } from '../../api/query'
import { Page, Shown } from '../../kit/page'
import { useWords, words } from '../../kit/words'
import { NoticeView } from '../subsidy/noticeview'
import { PublicFrame } from './frame'

const said = words({ title: ['公示', 'Notice'], back: ['全部公示', 'all notices'] })

export default function PublicNotice() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const notice = useGet('/api/notices/{id}', { path: { id } })
  return (
    <PublicFrame>
      <Page title={notice.data?.notice.title ?? t.title} back={{ to: '/notice', name: t.back }}>
        <Shown of={notice}>{(n) => <NoticeView of={n} form />}</Shown>
      </Page>
    </PublicFrame>
  )
}
