import { useSyncExternalStore } from 'react'

const query = matchMedia('(min-width: 861px), print')
const listen = (f: () => void) => {
  query.addEventListener('change', f)
  return () => query.removeEventListener('change', f)
}

/** useWide tells whether there is room for tables; on a phone they become cards. Paper has. */
export const useWide = () => useSyncExternalStore(listen, () => query.matches)
