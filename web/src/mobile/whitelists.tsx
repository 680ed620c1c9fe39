// On which white lists the enterprise is and why; and what it lets the finance office do:
// rate it with the city, and name it to banks. Given and taken back in one place.
import { Fragment, useState } from 'react'
import Button from 'antd-mobile/es/components/button'
import { type Answer, attempt, call, type Item } from '../api/client'
import { useChange, useGet } from '../api/query'
import { useLang, useWords, words } from '../kit/words'
import { Card, Empty, Failed, Loading, Page, Shown } from './page'
import { Sheet } from './sheet'
import { Tag } from './show'

const said = words({
  title: ['白名单', 'White lists'],
  lists: ['我在哪些名单上', 'Lists you are on'],
  none: ['现在不在白名单上', 'You are on no list'],
  noneHint: ['市里每次评级后按规则确定。不在名单上不影响您申请贷款。', 'They are drawn up after each rating of the city. Not being on one changes nothing for your applications.'],
  until: [(on: string) => `有效期至 ${on}`, (on: string) => `until ${on}`],
  rule: ['规则', 'The rule'],
  why: [(on: string) => `您的情况（${on} 评级时）`, (on: string) => `You (when rated on ${on})`],
  seen: ['银行看得到您', 'Banks see you'],
  unseen: ['银行看不到您：还没有同意推荐', 'Banks do not see you: you have not agreed'],
  rating: ['参加全市评级', 'Being rated with the city'],
  ratingText: ['同意后，评级会用到下面这些数据，结果更准；不同意的，只看公开数据，多半评不出等级。', 'With it the rating looks at the data below; without it at public data alone, which rarely suffices.'],
  naming: ['推荐给银行', 'Being named to banks'],
  namingText: ['同意后，您在名单上时，各银行能看到您的名称、代码、地址所在乡镇、行业和规模，可以主动联系您；看不到评分。谁看过都有记录。', 'While you are on a list, banks see your name, code, town, industry and size, and may call you; they see no score. Each look is recorded.'],
  given: [(on: string) => `已同意，至 ${on}`, (on: string) => `agreed until ${on}`],
  not: ['未同意', 'not agreed'],
  give: ['同意', 'Agree'],
  withdraw: ['撤回', 'Take it back'],
  read: ['请阅读授权书', 'Please read the consent'],
  sure: ['确定撤回？', 'Take it back?'],
  sureText: ['撤回立即生效；已经看过的仍有记录。不影响您申请贷款。', 'It ends at once; what was read stays in the log. Your applications are not affected.'],
})

type Standing = Answer<'/api/my/white-lists'>
type Purpose = 'city_rating' | 'bank_naming'
const stale = ['/api/consents', '/api/my/white-lists']

export default function WhiteLists() {
  const t = useWords(said)
  const mine = useGet('/api/my/white-lists', {})
  const consents = useGet('/api/consents', { query: { live: true, limit: 200 } })
  const of = (office: string, p: Purpose) => consents.data?.items?.find((c) => c.recipient === office && c.purpose === p)
  return (
    <Page title={t.title} back="/ratings" tabs>
      <Shown of={mine}>
        {(m) => (
          <>
            <h2>{t.lists}</h2>
            {m.lists?.length ? m.lists.map((l) => <OnList key={l.id} of={l} seen={of(l.office, 'bank_naming') !== undefined} />) : <Empty icon="check" title={t.none} hint={t.noneHint} />}
            {consents.data && (m.offices ?? []).map((o) => (
              <Fragment key={o.id}>
                <Consent title={t.naming} about={t.namingText} office={o} purpose="bank_naming" datasets={[]} has={of(o.id, 'bank_naming')} />
                {(m.datasets ?? []).length > 0 && <Consent title={t.rating} about={t.ratingText} office={o} purpose="city_rating" datasets={m.datasets ?? []} has={of(o.id, 'city_rating')} />}
              </Fragment>
            ))}
          </>
        )}
      </Shown>
    </Page>
  )
}

function OnList({ of: l, seen }: { of: NonNullable<Standing['lists']>[number]; seen: boolean }) {
  const t = useWords(said)
  return (
    <Card title={l.name} extra={<Tag tone={seen ? 'good' : 'wait'}>{seen ? t.seen : t.not}</Tag>}>
      <p>{l.words}</p>
      <p><span className="quiet">{t.rule}</span><br />{l.rule_zh}</p>
      <p className="quiet">{t.why(l.on)}</p>
      <ul className="gaps">{(l.why ?? []).map((w) => <li key={w.title}>{w.title}：<b>{w.value}</b></li>)}</ul>
      <p className="quiet small">{seen ? '' : `${t.unseen} · `}{t.until(l.until_on)}</p>
    </Card>
  )
}

function Consent({ title, about, office, purpose, datasets, has }: { title: string; about: string; office: { id: string; name: string }; purpose: Purpose; datasets: string[]; has?: Item<'/api/consents'> }) {
  const t = useWords(said)
  const { lang } = useLang()
  const [asking, setAsking] = useState<'give' | 'withdraw'>()
  const all = useGet('/api/datasets', {}, { staleTime: 600_000 })
  const names = (all.data?.items ?? []).filter((d) => datasets.includes(d.id)).map((d) => (lang === 'zh' ? `${d.department.name}：${d.title}` : `${d.department.name_en}: ${d.title_en}`))
  const give = useChange('post', '/api/consents', stale)
  const withdraw = useChange('post', '/api/consents/{id}/withdrawal', stale)
  const [text, setText] = useState<Answer<'/api/consent-texts', 'post'>>()
  const [wrong, setWrong] = useState<unknown>()
  const grant = { recipient: office.id, purpose, datasets }
  const ask = async () => {
    setText(undefined)
    setWrong(undefined)
    setAsking('give')
    try {
      setText(await call('post', '/api/consent-texts', { body: grant }))
    } catch (e) {
      setWrong(e)
    }
  }
  const key = { 'Idempotency-Key': `"${attempt()}"` }
  return (
    <Card title={title} extra={<Tag tone={has ? 'good' : 'plain'}>{has ? t.given(has.expires_on) : t.not}</Tag>}>
      <p className="small quiet">{office.name}</p>
      <p>{about}</p>
      {names.length > 0 && <ul className="gaps">{names.map((n) => <li key={n}>{n}</li>)}</ul>}
      {has ? <Button block onClick={() => setAsking('withdraw')}>{t.withdraw}</Button> : <Button block color="primary" onClick={ask}>{t.give}</Button>}
      <Sheet open={asking === 'give'} title={t.read} ok={t.give} close={() => setAsking(undefined)}
        send={async () => { if (text) await give.mutateAsync({ body: { ...grant, channel: 'phone', text_sha256: text.text_sha256, expires_on: text.expires_on }, headers: key }) }}>
        {wrong !== undefined ? <Failed error={wrong} /> : text ? <p className="letter">{text.text}</p> : <Loading />}
      </Sheet>
      <Sheet open={asking === 'withdraw'} title={t.sure} ok={t.withdraw} danger close={() => setAsking(undefined)} send={async () => { if (has) await withdraw.mutateAsync({ path: { id: has.id }, headers: key }) }}>
        <p>{t.sureText}</p>
      </Sheet>
    </Card>
  )
}
