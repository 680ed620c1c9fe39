// Organisations and people by their ids, as far as one may know them.
import { useGet } from '../../api/query'
import { useMay, useMe } from './me'

/** useOrgs returns what names an organisation. */
export function useOrgs(): (id: string) => string {
  const me = useMe()
  const orgs = useGet('/api/orgs', { query: { limit: 200 } }, { staleTime: 300_000 })
  const names = new Map((orgs.data?.items ?? []).map((o) => [o.id, o.name]))
  return (id) => names.get(id) ?? (id === me.org ? me.org_name : id)
}

/** usePeople returns what names a person; undefined: one may not know it. */
export function usePeople(): (account: string) => string | undefined {
  const me = useMe()
  const may = useMay()
  const accounts = useGet('/api/accounts', { query: { limit: 200 } }, { enabled: may('account.read'), staleTime: 300_000 })
  const names = new Map((accounts.data?.items ?? []).map((a) => [a.id, a.name]))
  return (account) => (account === me.account ? me.name : names.get(account))
}
