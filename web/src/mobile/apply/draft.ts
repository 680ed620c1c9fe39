// The one draft of this phone.
import { useEffect, useSyncExternalStore } from 'react'
import { Drafts } from '../../domain/origination/drafts'
import { Draft } from '../../domain/origination/draft'
import { blank, type Form } from '../../domain/origination/need'

// Storage that fails to be there is one that keeps nothing.
const store: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> = {
  getItem: (k) => { try { return localStorage.getItem(k) } catch { return null } },
  setItem: (k, v) => localStorage.setItem(k, v),
  removeItem: (k) => { try { localStorage.removeItem(k) } catch { /* there is nothing in it */ } },
}

const server = new Drafts()
const draft = new Draft<Form>({
  store, key: 'changrong.draft', server, now: Date.now,
  later: (f, ms) => {
    const timer = setTimeout(f, ms)
    return () => clearTimeout(timer)
  },
}, blank)

/** useDraft returns the draft, and draws anew when it changes. An enterprise that has
 * just signed in takes it along. */
export function useDraft(own: boolean): Draft<Form> {
  useSyncExternalStore(draft.listen, draft.look)
  useEffect(() => {
    server.own = own
    void draft.open()
  }, [own])
  useEffect(() => {
    const nudge = () => draft.nudge()
    const leave = () => void (document.visibilityState === 'hidden' && draft.state === 'phone' && draft.push())
    addEventListener('online', nudge)
    document.addEventListener('visibilitychange', leave)
    return () => {
      removeEventListener('online', nudge)
      document.removeEventListener('visibilitychange', leave)
    }
  }, [])
  return draft
}

/** forgetDraft throws it away on this phone: it was sent, or whose it is has left. */
export const forgetDraft = () => draft.forget()
