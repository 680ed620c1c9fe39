// A public notice on paper: one table over its pages, how to object, until when, to whom.
import type { Answer } from '../../api/client'
import { Sheet } from '../../kit/paper'
import { Yuan } from '../../kit/show'
import { today } from '../../kit/time'
import { useWords, words } from '../../kit/words'

const said = words({
  by: [(policy: string, number: string) => `根据《${policy}》${number ? `（${number}）` : ''}，现将拟兑付的奖补名单予以公示。`, (policy: string, number: string) => `By ${policy}${number ? ` (${number})` : ''}, the following is going to be paid.`],
  days: [(a: string, b: string) => `公示期：${a} 至 ${b}（含当日）。`, (a: string, b: string) => `Open from ${a} to ${b}, both included.`],
  object: [(b: string) => `对名单有异议的，任何单位和个人均可在 ${b} 前提出，写明事实和理由，并留下姓名和联系方式：`, (b: string) => `Anybody may object until ${b}, saying what and why, under name and with a way to answer:`],
  online: [(at: string) => `网上提交：${at}`, (at: string) => `on the page: ${at}`],
  call: [(c: string) => `电话或来函：${c}`, (c: string) => `by telephone or letter: ${c}`],
  no: ['序号', 'No.'],
  payee: ['名称', 'Name'],
  item: ['项目', 'Item'],
  amount: ['金额（元）', 'Amount, yuan'],
  total: ['合计', 'Total'],
  seal: ['（发布单位盖章）', '(seal)'],
  printed: [(d: string) => `打印于 ${d}`, (d: string) => `printed on ${d}`],
})

/** View is a notice as everybody may see it. */
export type View = Answer<'/api/notices/{id}'>

/** Objecting says how, until when, and to whom to object. */
export function Objecting({ of }: { of: View }) {
  const t = useWords(said)
  return (
    <>
      <p>{t.object(of.notice.last_on)}</p>
      <ul>
        <li>{t.online(`${location.origin}/notice/${of.notice.id}`)}</li>
        <li style={{ whiteSpace: 'pre-wrap' }}>{t.call(of.notice.contact)}</li>
      </ul>
    </>
  )
}

export function NoticeSheet({ of }: { of: View }) {
  const t = useWords(said)
  return (
    <Sheet title={of.notice.title}>
      {of.policy_title && <p>{t.by(of.policy_title, of.policy_number)}</p>}
      <p>{t.days(of.notice.first_on, of.notice.last_on)}</p>
      <Objecting of={of} />
      <table>
        <thead>
          <tr><th>{t.no}</th><th>{t.payee}</th><th>{t.item}</th><th className="right">{t.amount}</th></tr>
        </thead>
        <tbody>
          {(of.lines ?? []).map((l, i) => (
            <tr key={l.claim}><td>{i + 1}</td><td>{l.payee_name}</td><td>{l.item_title}</td><td className="right"><Yuan fen={l.amount_fen} /></td></tr>
          ))}
          <tr><td colSpan={3}><b>{t.total}</b></td><td className="right"><b><Yuan fen={of.total_fen} /></b></td></tr>
        </tbody>
      </table>
      <p className="seal">{t.seal}<br />{of.notice.first_on}<br /><small>{t.printed(today())}</small></p>
    </Sheet>
  )
}
