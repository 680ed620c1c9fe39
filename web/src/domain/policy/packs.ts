// The installed policies, and what their items are called.
import { useQueries } from '@tanstack/react-query'
import { call, type Answer } from '../../api/client'
import { useGet } from '../../api/query'
import { words } from '../../kit/words'

export type Policy = Answer<'/api/policies/{id}'>
export type Clause = NonNullable<Policy['parts']>[number]
export type PolicyItem = NonNullable<Clause['items']>[number]
export type Reading = NonNullable<Policy['readings']>[number]
export type Parameter = NonNullable<Policy['parameters']>[number]

const long = 5 * 60_000

/** usePacks reads the list of installed policies. */
export const usePacks = () => useGet('/api/policies', {}, { staleTime: long })

/** usePolicy reads one policy, with the money of a run. */
export const usePolicy = (id: string, run?: string) => useGet('/api/policies/{id}', { path: { id }, query: { run } }, { enabled: id !== '', staleTime: long })

/** usePolicies reads all installed policies whole; none before all are here, so that
 * which is first does not depend on which answer came first. */
export function usePolicies(): Policy[] {
  const packs = usePacks()
  return useQueries({
    queries: (packs.data?.items ?? []).map((p) => ({
      queryKey: ['/api/policies/{id}', { path: { id: p.id }, query: { run: undefined } }],
      queryFn: () => call('get', '/api/policies/{id}', { path: { id: p.id } }),
      staleTime: long,
    })),
    combine: (all) => all.some((q) => q.isPending) ? [] : all.flatMap((q) => (q.data ? [q.data] : [])),
  })
}

/** itemsOf lists a policy's money items in the order of its clauses. */
export const itemsOf = (p: Policy): PolicyItem[] => (p.parts ?? []).flatMap((c) => c.items ?? [])

/** poolsOf lists the pools that a policy's items draw on: their titles by id. */
export const poolsOf = (p: Policy): Map<string, string> => new Map(itemsOf(p).flatMap((i) => (i.pool ? [[i.pool, i.pool_title || i.pool] as const] : [])))

/** useItemNames returns what items are called; one that no installed policy has is its id. */
export function useItemNames(): (id: string) => string {
  const policies = usePolicies()
  const names = new Map(policies.flatMap((p) => itemsOf(p).map((i) => [i.id, i.title] as const)))
  return (id) => names.get(id) ?? id
}

/** usePurposeNames returns what items and pools are called. */
export function usePurposeNames(): (id: string) => string {
  const policies = usePolicies()
  const names = new Map(policies.flatMap((p) => [...poolsOf(p), ...itemsOf(p).map((i) => [i.id, i.title] as const)]))
  return (id) => names.get(id) ?? id
}

/** useCounted tells whether what an item reckons from is a count and not an amount. */
export function useCounted(): (id: string) => boolean {
  const policies = usePolicies()
  const counted = new Set(policies.flatMap((p) => itemsOf(p).filter((i) => i.count).map((i) => i.id)))
  return (id) => counted.has(id)
}

export const asWords = words({
  money: ['资金', 'Money'],
  indicator: ['指标', 'Indicator'],
  capability: ['平台能力', 'Platform'],
  not_computed: ['不计算', 'Not computed'],
})
