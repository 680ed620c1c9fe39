// Names of codes of industries (GB/T 4754) and of towns, which many domains have.
import { useGet } from './query'

/** useNames returns what names a code; one without a name stays as it is. */
export function useNames(): (kind: 'industry' | 'town', code: string) => string {
  const { data } = useGet('/api/code-names', {}, { staleTime: Infinity })
  return (kind, code) => (kind === 'town' ? data?.towns[code] : data?.industries[code] ?? data?.industries[code.slice(0, 3)]) ?? code
}
