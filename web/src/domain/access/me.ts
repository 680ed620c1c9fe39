// Who is signed in, and what one may do.
import { createContext, useContext } from 'react'
import type { Answer } from '../../api/client'

export type Me = Answer<'/api/session'>

export const MeContext = createContext<Me | null>(null)

/** useMe returns who is signed in. */
export function useMe(): Me {
  const me = useContext(MeContext)
  if (!me) throw new Error('nobody is signed in here')
  return me
}

/** useMay tells whether one has a permission. */
export function useMay(): (permission: string) => boolean {
  const me = useContext(MeContext)
  return (permission) => (me?.permissions as Record<string, string> | undefined)?.[permission] !== undefined
}

/** useReach tells how far a permission reaches: to everybody's, to one's own, or not at all. */
export function useReach(): (permission: string) => 'all' | 'own' | undefined {
  const me = useContext(MeContext)
  return (permission) => (me?.permissions as Record<string, 'all' | 'own'> | undefined)?.[permission]
}
