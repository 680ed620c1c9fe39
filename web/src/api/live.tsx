// What happens while one looks: events make stale what they are about, and jobs
// tell how far they are (server-sent events).
import { type QueryClient, useQueryClient } from '@tanstack/react-query'
import { createContext, type ReactNode, useContext, useEffect, useMemo, useSyncExternalStore } from 'react'
import type { Item } from './client'

export type Job = Item<'/api/jobs'>

// What of the API an event is about, by its noun.
const about: Record<string, string[]> = {
  run: ['/api/runs', '/api/cockpit', '/api/policies'],
  whatif: ['/api/whatifs'],
  submission: ['/api/reporting', '/api/submissions', '/api/calendar', '/api/uploads'],
  claim: ['/api/claims', '/api/fund', '/api/waiting'],
  order: ['/api/orders', '/api/fund', '/api/claims'],
  fund: ['/api/fund'],
  webhook: ['/api/webhooks', '/api/deliveries'],
  message: ['/api/messages', '/api/applications', '/api/referrals'],
  application: ['/api/applications', '/api/referrals', '/api/messages'],
  referral: ['/api/applications', '/api/referrals', '/api/messages', '/api/waiting'],
  offer: ['/api/applications', '/api/referrals', '/api/offers', '/api/messages'],
  loan: ['/api/applications', '/api/referrals', '/api/through'],
  rating_training: ['/api/rating-trainings', '/api/rating-models'],
  consent: ['/api/consents', '/api/referrals'],
}

class Jobs {
  private jobs = new Map<string, Job>()
  private listeners = new Set<() => void>()
  listen = (f: () => void) => {
    this.listeners.add(f)
    return () => this.listeners.delete(f)
  }
  of = (key: string) => this.jobs.get(key)
  tell(j: Job) {
    this.jobs.set(j.key, j)
    for (const f of this.listeners) f()
  }
}

const LiveContext = createContext<Jobs>(new Jobs())

/** freshen reads again what an event of this kind is about. */
export function freshen(queries: QueryClient, kind: string) {
  const paths = about[kind.split('.')[0] ?? '']
  return queries.invalidateQueries(paths && { predicate: (q) => paths.some((p) => String(q.queryKey[0]).startsWith(p)) })
}

/** Live listens for as long as it is shown. */
export function Live({ children }: { children: ReactNode }) {
  const queries = useQueryClient()
  const jobs = useMemo(() => new Jobs(), [])
  useEffect(() => {
    const source = new EventSource('/api/events')
    source.addEventListener('event', (e) => void freshen(queries, String(JSON.parse(e.data).kind)))
    source.addEventListener('job', (e) => {
      const job = JSON.parse(e.data) as Job
      const before = jobs.of(job.key)
      jobs.tell(job)
      if (before?.id !== job.id || before.state !== job.state) void queries.invalidateQueries({ queryKey: ['/api/jobs'] })
      if (job.state === 'done' || job.state === 'failed') void freshen(queries, job.kind)
    })
    source.addEventListener('reset', () => void queries.invalidateQueries())
    source.addEventListener('signed_out', () => {
      source.close()
      void queries.invalidateQueries({ queryKey: ['/api/session'] })
    })
    return () => source.close()
  }, [queries, jobs])
  return <LiveContext value={jobs}>{children}</LiveContext>
}

/** useJob returns the work on something, once it has told of itself. */
export function useJob(key: string): Job | undefined {
  const jobs = useContext(LiveContext)
  return useSyncExternalStore(jobs.listen, () => jobs.of(key))
}
