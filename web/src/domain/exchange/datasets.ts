// Names of datasets, for lists that have only their ids.
import { useGet } from '../../api/query'
import { useLang } from '../../kit/words'

/** useDatasets returns the name of a dataset, its id until it is known. */
export function useDatasets(): (id: string) => string {
  const { lang } = useLang()
  const all = useGet('/api/datasets', {}, { staleTime: 300_000 })
  const names = new Map((all.data?.items ?? []).map((d) => [d.id, lang === 'zh' ? d.title : d.title_en]))
  return (id) => names.get(id) ?? id
}
