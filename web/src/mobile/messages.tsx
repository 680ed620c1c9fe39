// What the enterprise is told: offers, papers that are asked for, who read its data.
import { useEffect } from 'react'
import { Link } from 'react-router'
import { useChange, useGet } from '../api/query'
import { useWords, words } from '../kit/words'
import { Empty, Page, Shown } from './page'
import { At, Tag } from './show'

const said = words({
  title: ['消息', 'Messages'],
  none: ['还没有消息', 'No messages yet'],
  noneHint: ['银行受理、报价、留言或查看您的数据，这里都会告诉您', 'When a bank takes up your application, makes an offer, writes to you or reads your data, it is told here'],
  fresh: ['新', 'new'],
  more: [(n: number) => `只显示最近的 ${n} 条`, (n: number) => `the latest ${n}`],
})

const most = 100

export default function Messages() {
  const t = useWords(said)
  const list = useGet('/api/messages', { query: { limit: most } }, { staleTime: 0 })
  const read = useChange('post', '/api/messages/read', [])
  const unread = list.data?.unread ?? 0
  const { mutate } = read
  useEffect(() => {
    if (unread > 0) mutate({ body: { all: true } })
  }, [unread, mutate])
  return (
    <Page title={t.title} back="/" tabs>
      <Shown of={list} rows={8}>
        {({ items, total }) => (items?.length ? (
          <>
            <ul className="stack">
              {items.map((m) => (
                <li key={m.id}>
                  <Link className="card line" to={m.link.startsWith('/m/') ? m.link.slice(2) : '/'}>
                    <span>{m.read_ms === 0 && <Tag tone="brand">{t.fresh}</Tag>} {m.title}</span>
                    <small className="quiet"><At ms={m.at_ms} /></small>
                  </Link>
                </li>
              ))}
            </ul>
            {total > most && <p className="quiet small center">{t.more(most)}</p>}
          </>
        ) : <Empty icon="bell" title={t.none} hint={t.noneHint} />)}
      </Shown>
    </Page>
  )
}
