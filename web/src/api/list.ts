// Lists of the API as a table reads them.
import type { Source } from '../kit/table'
import { address, call, type Input, type Item, type PathsOf, send } from './client'

type How = {
  /** The list is short and filtered in the browser. */
  whole?: boolean
  /** Orders that the operation knows. */
  orders?: string[]
  /** What the table's filters are to the operation, where it calls them otherwise. */
  query?: (filters: Record<string, string>) => object
}

/** listOf is a list operation as the source of a table; `input` is what is the same on
 * every page. */
export function listOf<P extends PathsOf<'get'> & string>(path: P, input: { path?: object; query?: object } = {}, how: How = {}): Source<Item<P>> {
  const asked = (filters: Record<string, string>, more: object) =>
    ({ ...input, query: { ...input.query, ...(how.query?.(filters) ?? filters), ...more } }) as unknown as Input<P, 'get'>
  return {
    key: [path, input],
    whole: how.whole,
    orders: how.orders,
    load: (filters, w, signal) => call('get', path, asked(filters, w), signal) as unknown as Promise<{ items: Item<P>[] | null; total: number }>,
    file: async (filters, format) => (await send(address(path, asked(filters, { format }) as object))).blob(),
  }
}
