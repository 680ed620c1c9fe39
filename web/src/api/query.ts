// Answers kept and refreshed while they are looked at.
import { QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type Answer, call, type Input, type PathsOf, Problem } from './client'

/** newQueries makes the cache of answers. What the server refused is not asked again. */
export function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, e) => failures < 2 && e instanceof Problem && (e.status === 0 || e.status === 503),
      },
    },
  })
}

type Options<T> = { enabled?: boolean; refetchInterval?: number | ((data: T | undefined) => number | false); staleTime?: number }

/** useGet reads an operation's answer. */
export function useGet<P extends PathsOf<'get'> & string>(path: P, input: Input<P, 'get'>, options: Options<Answer<P>> = {}) {
  const { refetchInterval, ...rest } = options
  return useQuery<Answer<P>, Problem>({
    queryKey: [path, input],
    queryFn: ({ signal }) => call('get', path, input, signal),
    refetchInterval: typeof refetchInterval === 'function' ? (q) => refetchInterval(q.state.data) : refetchInterval,
    ...rest,
  })
}

/** useChange calls an operation that changes something; afterwards what was read
 * below any of `stale` is read again, or everything when it is left out. */
export function useChange<M extends 'post' | 'put' | 'patch' | 'delete', P extends PathsOf<M> & string>(method: M, path: P, stale?: string[]) {
  const queries = useQueryClient()
  return useMutation<Answer<P, M>, Problem, Input<P, M>>({
    mutationFn: (input) => call(method, path, input),
    onSuccess: () =>
      queries.invalidateQueries(
        stale && { predicate: (q) => stale.some((s) => String(q.queryKey[0]).startsWith(s)) },
      ),
  })
}
