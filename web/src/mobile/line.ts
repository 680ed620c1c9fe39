// How the line to the server is: gone, slow, or well.
import { useIsFetching, useIsMutating } from '@tanstack/react-query'
import { useEffect, useState, useSyncExternalStore } from 'react'

// patience is how long an answer may take before one is told that the network is slow.
const patience = 4000

const listen = (f: () => void) => {
  addEventListener('online', f)
  addEventListener('offline', f)
  return () => {
    removeEventListener('online', f)
    removeEventListener('offline', f)
  }
}

/** useLine tells how the line to the server is. */
export function useLine(): 'gone' | 'slow' | 'well' {
  const online = useSyncExternalStore(listen, () => navigator.onLine)
  const asking = useIsFetching() + useIsMutating() > 0
  const [slow, setSlow] = useState(false)
  useEffect(() => {
    setSlow(false)
    if (!asking) return undefined
    const timer = setTimeout(() => setSlow(true), patience)
    return () => clearTimeout(timer)
  }, [asking])
  return !online ? 'gone' : slow ? 'slow' : 'well'
}
