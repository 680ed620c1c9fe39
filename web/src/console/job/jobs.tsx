import { App, Button } from 'antd'
import { Link } from 'react-router'
import { listOf } from '../../api/list'
import { type Job, useJob } from '../../api/live'
import { useChange } from '../../api/query'
import { useMay, useMe, useReach } from '../../domain/access/me'
import { useOrgs } from '../../domain/access/people'
import { jobStates, jobTones, jobWords } from '../../domain/job/words'
import { Page } from '../../kit/page'
import { useSay } from '../../kit/say'
import { Progress } from '../../kit/progress'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['后台任务', 'Jobs'],
  about: ['检查报送、结算、推送等在后台进行，失败会自动重试；这里看进度和原因，可以取消和重做。', 'Checking, settling and telling go on in the background and are tried again when they fail; here is how far they are and why they failed.'],
  kind: ['任务', 'Job'],
  org: ['机构', 'Organisation'],
  platform: ['平台', 'the platform'],
  state: ['状态', 'State'],
  stuck: ['长时间无进展', 'no progress for long'],
  cancelling: ['正在取消', 'being cancelled'],
  progress: ['进度与原因', 'Progress, or why it failed'],
  attempt: ['第几次', 'Attempt'],
  added: ['提出', 'Asked'],
  started: ['开始', 'Begun'],
  ended: ['结束', 'Ended'],
  after: [(at: string) => `${at} 之后开始`, (at: string) => `not before ${at}`],
  again: [(at: string) => `${at} 重试`, (at: string) => `tried again at ${at}`],
  cancel: ['取消', 'Cancel'],
  retry: ['重做', 'Do again'],
  open: ['查看', 'Open'],
  none: ['没有任务', 'No jobs'],
  noneHint: ['报送、结算之后，进度在这里。', 'After a submission or a settlement its progress is here.'],
})

// Where what a job is about is shown, and who may look at it.
const aims: Record<string, [place: string, need: string]> = {
  'submission.check': ['/submissions/', 'submission.read'],
  'run.settle': ['/runs/', 'run.read'],
  'run.verify': ['/runs/', 'run.read'],
  'claims.draft': ['/runs/', 'run.read'],
  'whatif.settle': ['/what-if/', 'whatif.read'],
}

export default function Jobs() {
  const t = useWords(said)
  const may = useMay()
  const reach = useReach()
  const me = useMe()
  const org = useOrgs()
  const kind = useCode(jobWords)
  const state = useCode(jobStates)
  const columns: Column<Job>[] = [
    { key: 'kind', title: t.kind, value: (j) => kind(j.kind), show: (j) => {
      const [place, need] = aims[j.kind] ?? []
      return place && need && may(need) ? <Link to={place + j.key}>{kind(j.kind)}</Link> : kind(j.kind)
    } },
    ...(reach('job.read') === 'all' ? [{ key: 'org', title: t.org, value: (j: Job) => (j.org ? org(j.org) : t.platform) }] : []),
    { key: 'state', title: t.state, value: (j) => state(j.state), show: (j) => (
      <span className="tags">
        <Tag tone={jobTones[j.state]}>{state(j.state)}</Tag>
        {j.stuck && <Tag tone="bad">{t.stuck}</Tag>}
        {j.cancelling && j.state === 'running' && <Tag tone="wait">{t.cancelling}</Tag>}
      </span>
    ) },
    { key: 'progress', title: t.progress, value: (j) => (j.state === 'running' ? j.note : (j.zh ?? '')), sort: false, width: 300, show: (j) => <HowFar of={j} /> },
    { key: 'attempt', title: t.attempt, right: true, value: (j) => j.attempt },
    { key: 'added', title: t.added, value: (j) => minute(j.added_ms) },
    { key: 'started', title: t.started, value: (j) => (j.started_ms ? minute(j.started_ms) : ''), hidden: true },
    { key: 'ended', title: t.ended, value: (j) => (j.ended_ms ? minute(j.ended_ms) : ''), show: (j) => (j.ended_ms ? minute(j.ended_ms) : <span className="quiet">—</span>) },
  ]
  const filters: Filter[] = [
    { kind: 'choice', key: 'state', label: t.state, options: Object.keys(jobStates.zh).map((s) => ({ value: s, label: state(s) })) },
    { kind: 'choice', key: 'kind', label: t.kind, options: Object.keys(jobWords.zh).map((k) => ({ value: k, label: kind(k) })) },
  ]
  const { file: _, ...source } = listOf('/api/jobs') // the list does not go out as a file
  const mine = (j: Job) => reach('job.write') === 'all' || (reach('job.write') === 'own' && j.org === me.org)
  return (
    <Page title={t.title} about={t.about}>
      <DataTable name="jobs" label={t.title} columns={columns} filters={filters} rowKey={(j) => j.id} source={source} every={10_000} empty={{ icon: 'flow', title: t.none, hint: t.noneHint }}
        act={may('job.write') ? (j) => mine(j) && <Act of={j} /> : undefined} />
    </Page>
  )
}

// HowFar follows a job that runs, and says why one did not go well.
function HowFar({ of }: { of: Job }) {
  const t = useWords(said)
  const { lang } = useLang()
  const live = useJob(of.key)
  const j = live?.id === of.id && live.rev > of.rev ? live : of
  if (j.state === 'running') return <Progress done={j.done} total={j.total} note={j.note} />
  const why = j.state === 'done' ? '' : lang === 'zh' ? j.zh : j.en
  const later = j.state === 'waiting' && j.after_ms > j.added_ms ? (j.attempt > 0 ? t.again : t.after)(minute(j.after_ms)) : ''
  if (!why && !later) return <span className="quiet">—</span>
  return (
    <span style={{ overflowWrap: 'anywhere' }}>
      {why && <>{why} {j.code && <code className="small quiet">{j.code}</code>}</>}
      {later && <div className="quiet small">{later}</div>}
    </span>
  )
}

function Act({ of }: { of: Job }) {
  const t = useWords(said)
  const say = useSay()
  const { message } = App.useApp()
  const cancel = useChange('post', '/api/jobs/{id}/cancel', ['/api/jobs'])
  const retry = useChange('post', '/api/jobs/{id}/retry', ['/api/jobs'])
  const told = { onError: (e: unknown) => void message.error(say(e)) }
  const path = { path: { id: of.id } }
  if ((of.state === 'waiting' || of.state === 'running') && !of.cancelling) return <Button size="small" loading={cancel.isPending} onClick={() => cancel.mutate(path, told)}>{t.cancel}</Button>
  if (of.state === 'failed' || of.state === 'cancelled') return <Button size="small" loading={retry.isPending} onClick={() => retry.mutate(path, told)}>{t.retry}</Button>
  return null
}
