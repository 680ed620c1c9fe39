// The claims that an official settlement comes to.
import { Button } from 'antd'
import { Link } from 'react-router'
import { useJob } from '../../api/live'
import { useChange, useGet } from '../../api/query'
import { stageTones, stageWords } from '../../domain/subsidy/words'
import { count } from '../../kit/money'
import { Card, Failed, Loading } from '../../kit/page'
import { Progress } from '../../kit/progress'
import { Stat, Tag, Yuan } from '../../kit/show'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['据此生成的申报', 'Claims drafted from it'],
  all: ['查看申报', 'The claims'],
  none: ['正在按确认的结算自动生成申报（免申即享）', 'Claims are being drafted from the confirmed settlement'],
  some: ['正在生成', 'Being drafted'],
  failed: ['没有生成完', 'It did not come to its end'],
  draft: ['立即重做', 'Do it now'],
  made: ['生成', 'Drafted'],
  superseded: ['替代此前草稿', 'Took a draft’s place'],
  dropped: ['不再兑付', 'Paid no longer'],
  unpaid: ['金额为零', 'Come to nothing'],
  differences: ['与此前申报金额不同', 'Otherwise than the claim before'],
  payee: ['收款人', 'Payee'],
  stage: ['环节', 'Stage'],
  was: ['原金额（元）', 'Was, yuan'],
  now: ['现金额（元）', 'Now, yuan'],
})

/** Drafting shows what drafting from a settlement came to. The platform does it when one
 * is confirmed; what did not come to its end can be done by hand. */
export function Drafting({ run }: { run: string }) {
  const t = useWords(said)
  const { lang } = useLang()
  const state = useGet('/api/claim-runs/{id}', { path: { id: run } }, { refetchInterval: (x) => (x?.done ? false : 3_000) })
  const draft = useChange('post', '/api/claim-runs/{id}')
  const d = state.data
  const missing = state.error?.status === 404
  const known = useJob(run)
  const job = known?.kind === 'claims.draft' ? known : undefined
  const going = job?.state === 'waiting' || job?.state === 'running'
  if (!d && state.error && !missing) return <Failed error={state.error} retry={() => state.refetch()} />
  if (!d && !missing) return <Card title={t.title}><Loading rows={2} /></Card>
  return (
    <Card title={t.title} extra={d && <Link to="/claims">{t.all}</Link>}>
      {d && (
        <div className="figures">
          <Stat name={t.made} value={count(d.made)} />
          <Stat name={t.superseded} value={count(d.superseded)} />
          <Stat name={t.dropped} value={count(d.dropped)} />
          <Stat name={t.unpaid} value={count(d.unpaid)} />
        </div>
      )}
      {!d?.done && (
        <div className="spread">
          <span className="quiet">{d ? t.some : t.none}</span>
          <Button type="primary" loading={draft.isPending || going} onClick={() => draft.mutate({ path: { id: run } })}>{t.draft}</Button>
        </div>
      )}
      {going && <Progress done={job.done} total={job.total} note={job.note || t.some} />}
      {job?.state === 'failed' && <div className="failed" role="alert"><strong>{t.failed}：{lang === 'zh' ? job.zh : job.en}</strong><code>{job.code}</code></div>}
      {draft.error && <Failed error={draft.error} />}
      {d && (d.differences?.length ?? 0) > 0 && <Differences of={d.differences!} />}
    </Card>
  )
}

type Difference = { claim: string; stage: string; payee: string; payee_name: string; was_fen: Parameters<typeof Yuan>[0]['fen']; now_fen: Parameters<typeof Yuan>[0]['fen'] }

function Differences({ of }: { of: Difference[] }) {
  const t = useWords(said)
  const stage = useCode(stageWords)
  return (
    <div className="table-scroll" tabIndex={0} role="group" aria-label={t.differences} style={{ marginTop: 14 }}>
      <table className="data">
        <caption className="quiet small" style={{ textAlign: 'left', paddingBottom: 4 }}>{t.differences}</caption>
        <thead><tr><th>{t.payee}</th><th>{t.stage}</th><th className="right">{t.was}</th><th className="right">{t.now}</th></tr></thead>
        <tbody>
          {of.map((d) => (
            <tr key={d.claim}>
              <td><Link to={`/claims/${d.claim}`}>{d.payee_name || d.payee}</Link></td>
              <td><Tag tone={stageTones[d.stage]}>{stage(d.stage)}</Tag></td>
              <td className="right"><Yuan fen={d.was_fen} /></td>
              <td className="right"><Yuan fen={d.now_fen} /></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
