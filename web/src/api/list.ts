// Lists of the API as a table reads them.
import type { Source } from '../kit/table'
import { address, call, type Input, type Item, type PathsOf, send } from './client'

/** listOf is a list operation as the source of a table; `input` is what is the same on
 * every page. With `whole` the list is short and filtered in the browser. */
export function listOf<P extends PathsOf<'get'> & string>(path: P, input: { path?: object; query?: object } = {}, whole = false): Source<Item<P>> {
  const query = (more: object) => ({ ...input, query: { ...input.query, ...more } }) as unknown as Input<P, 'get'>
  return {
    key: [path, input],
    whole,
    load: (filters, w, signal) => call('get', path, query({ ...filters, ...w }), signal) as unknown as Promise<{ items: Item<P>[] | null; total: number }>,
    file: async (filters, format) => (await send(address(path, query({ ...filters, format }) as object))).blob(),
  }
}
