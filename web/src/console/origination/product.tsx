import { App, Button, Modal } from 'antd'
import { useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import type { Answer } from '../../api/client'
import { useChange, useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { productStates, productTones } from '../../domain/origination/codes'
import { Card, Page, Shown } from '../../kit/page'
import { useSay } from '../../kit/say'
import { At, Facts, Tag } from '../../kit/show'
import { useCode, useWords, words } from '../../kit/words'
import { nameOf } from './products'
import { TermsShown } from './terms'

const said = words({
  title: ['产品', 'Product'],
  back: ['金融产品', 'products'],
  bank: ['银行', 'Bank'],
  state: ['状态', 'State'],
  edition: ['版本', 'Edition'],
  changed: ['更新时间', 'Changed'],
  now: [(n: number) => `现行第 ${n} 版`, (n: number) => `Edition ${n}, in force`],
  next: ['待发布的下一版', 'The next edition, to be published'],
  edit: ['修改', 'Edit'],
  publish: ['发布', 'Publish'],
  publishAbout: ['发布后立即参与匹配。已发布的版本不能再改，再修改会成为下一版；已提交的申请仍按原版本办理。', 'It is matched at once. An edition never changes; applications stay with theirs.'],
  pause: ['暂停', 'Pause'],
  pauseAbout: ['暂停期间不参与匹配，可随时恢复。', 'It is offered to nobody until it is resumed.'],
  resume: ['恢复', 'Resume'],
  resumeAbout: ['恢复后立即参与匹配。', 'It is matched at once.'],
  retire: ['停办', 'Retire'],
  retireAbout: ['停办后不能恢复。已提交的申请不受影响。', 'This cannot be undone. Applications are not touched.'],
  done: ['已办理', 'Done'],
  history: ['历次版本', 'Editions'],
  ordinal: [(n: number) => `第 ${n} 版`, (n: number) => `Edition ${n}`],
})

type Product = Answer<'/api/products/{id}'>
type Verb = 'publish' | 'pause' | 'resume' | 'retire'

export default function ProductPage() {
  const t = useWords(said)
  const { id = '' } = useParams()
  const product = useGet('/api/products/{id}', { path: { id } })
  return (
    <Page title={product.data ? nameOf(product.data) : t.title} back={{ to: '/products', name: t.back }} actions={product.data && <Actions of={product.data} />}>
      <Shown of={product}>{(p) => <Known of={p} />}</Shown>
    </Page>
  )
}

function Known({ of }: { of: Product }) {
  const t = useWords(said)
  const state = useCode(productStates)
  const editions = useGet('/api/products/{id}/editions', { path: { id: of.id } })
  return (
    <>
      <Card>
        <Facts of={[
          [t.bank, of.bank_name],
          [t.state, <Tag key="s" tone={productTones[of.state]}>{state(of.state)}</Tag>],
          [t.edition, of.edition || '—'],
          [t.changed, <At key="c" ms={of.changed_ms} />],
        ]} />
      </Card>
      {of.terms && <Card title={t.now(of.edition)}><TermsShown of={of.terms} conditions={of.said ?? []} /></Card>}
      {of.draft && <Card title={t.next}><TermsShown of={of.draft} conditions={of.draft_said ?? []} /></Card>}
      {editions.data?.items && editions.data.items.length > 1 && (
        <Card title={t.history}>
          <Facts of={editions.data.items.map((e): [string, React.ReactNode] => [t.ordinal(e.edition), <span key="e" className="row"><At ms={e.at_ms} /><span className="quiet">{e.by_name}</span></span>])} />
        </Card>
      )}
    </>
  )
}

function Actions({ of }: { of: Product }) {
  const t = useWords(said)
  const may = useMay()
  const go = useNavigate()
  const say = useSay()
  const { message } = App.useApp()
  const [verb, setVerb] = useState<Verb>()
  const act = useChange('post', '/api/products/{id}/actions', ['/api/products', '/api/offered-products'])
  if (of.state === 'retired') return null
  const about = { publish: t.publishAbout, pause: t.pauseAbout, resume: t.resumeAbout, retire: t.retireAbout }
  const send = async () => {
    try {
      await act.mutateAsync({ path: { id: of.id }, body: { version: of.version, verb: verb! } })
      message.success(t.done)
    } catch (e) {
      message.error(say(e))
    } finally {
      setVerb(undefined)
    }
  }
  return (
    <>
      {may('product.write') && <Button onClick={() => go(`/products/${of.id}/edit`)}>{t.edit}</Button>}
      {may('product.publish') && (
        <>
          {of.state === 'published' && <Button onClick={() => setVerb('pause')}>{t.pause}</Button>}
          {of.state === 'paused' && <Button onClick={() => setVerb('resume')}>{t.resume}</Button>}
          <Button danger onClick={() => setVerb('retire')}>{t.retire}</Button>
          {of.draft && <Button type="primary" onClick={() => setVerb('publish')}>{t.publish}</Button>}
        </>
      )}
      <Modal open={!!verb} title={verb && t[verb]} onCancel={() => setVerb(undefined)} onOk={send} okText={verb && t[verb]} okButtonProps={{ danger: verb === 'retire', loading: act.isPending }}>
        <p>{verb && about[verb]}</p>
      </Modal>
    </>
  )
}
