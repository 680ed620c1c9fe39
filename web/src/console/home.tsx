import { useMe } from '../domain/access/me'
import { Card, Empty, Page } from '../kit/page'
import { useWords, words } from '../kit/words'

const said = words({
  title: [(name: string) => `${name}，您好`, (name: string) => `Good day, ${name}`],
  about: ['等您办理的事项', 'What waits for you'],
  none: ['没有等您办理的事项', 'Nothing waits for you'],
})

export default function Home() {
  const t = useWords(said)
  const me = useMe()
  return (
    <Page title={t.title(me.name)} about={me.org_name}>
      <Card title={t.about}>
        <Empty icon="check" title={t.none} />
      </Card>
    </Page>
  )
}
