// Whether the server has room to write, as its last answer said: without, one can read
// and nothing is kept. It goes on by itself.
import { useSyncExternalStore } from 'react'

let full = false
const listeners = new Set<() => void>()

/** tellRoom takes what an answer says. */
export function tellRoom(header: string | null) {
  if (full === (header === 'full')) return
  full = header === 'full'
  for (const f of listeners) f()
}

const listen = (f: () => void) => {
  listeners.add(f)
  return () => listeners.delete(f)
}

/** useFull tells whether there is no room. */
export const useFull = () => useSyncExternalStore(listen, () => full)
