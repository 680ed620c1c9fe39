// What is said of a page and of errors, whatever draws it.
import { useEffect } from 'react'
import { useLang, useWords, words } from './words'

const said = words({
  platform: ['畅融', 'Changrong'],
  failed: ['出现意外错误，请刷新页面', 'Something unexpected happened; reload the page'],
})

/** Trouble is what went wrong, as the API's client throws it. */
export type Trouble = { title: string; en: string; code: string; status?: number }

/** isTrouble tells whether an error says of itself what to do. */
export const isTrouble = (e: unknown): e is Trouble => typeof e === 'object' && e !== null && 'title' in e && 'en' in e && 'code' in e

/** useSay returns the sentence of an error in the language in use. */
export function useSay(): (e: unknown) => string {
  const { lang } = useLang()
  const t = useWords(said)
  return (e) => (isTrouble(e) ? (lang === 'zh' ? e.title : e.en) : t.failed)
}

/** useTitle names the browser's tab. */
export function useTitle(title: string) {
  const t = useWords(said)
  useEffect(() => {
    document.title = `${title} · ${t.platform}`
  }, [title, t.platform])
}

type Name = (string | number)[]

/** fieldOf finds the field of a form that a place of the API means (body.name,
 * system.login, roles[1]): the one called so, or the one that holds it. */
export function fieldOf(place: string, fields: Name[]): Name | undefined {
  let path: Name = place.replace(/^body\./, '').split(/[.[\]]+/).filter((x) => x !== '')
  for (; path.length > 0; path = path.slice(0, -1)) {
    const found = fields.find((f) => f.join('.') === path.join('.'))
    if (found) return found
  }
  return undefined
}
