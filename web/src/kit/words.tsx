// Words on the screen: each is a pair, Chinese first and English second, so that
// neither can be missing. A page keeps its own pairs beside it.
import { createContext, useContext } from 'react'

export type Lang = 'zh' | 'en'

type Text = string | ((...args: never[]) => string)
type Table = Record<string, readonly [zh: Text, en: Text]>
type Said<T extends Table> = { [K in keyof T]: T[K][0] extends string ? string : T[K][0] }

/** Words are texts by key in both languages. */
export type Words<T extends Table> = Record<Lang, Said<T>>

/** words makes a dictionary of pairs. */
export function words<const T extends Table>(table: T): Words<T> {
  const zh: Record<string, Text> = {}
  const en: Record<string, Text> = {}
  for (const [key, pair] of Object.entries(table)) {
    zh[key] = pair[0]
    en[key] = pair[1]
  }
  return { zh: zh as Said<T>, en: en as Said<T> }
}

const key = 'changrong.lang'

/** savedLang is the language chosen before; Chinese at first. */
export function savedLang(): Lang {
  return localStorage.getItem(key) === 'en' ? 'en' : 'zh'
}

/** keepLang keeps the choice and tells it to the page, for screen readers. */
export function keepLang(lang: Lang) {
  localStorage.setItem(key, lang)
  document.documentElement.lang = lang === 'zh' ? 'zh-CN' : 'en'
}

export const LangContext = createContext<{ lang: Lang; setLang: (l: Lang) => void }>({ lang: 'zh', setLang: () => {} })

/** useLang returns the language in use, and what changes it. */
export const useLang = () => useContext(LangContext)

/** useWords returns the dictionary's texts in the language in use. */
export function useWords<W>(dictionary: Record<Lang, W>): W {
  return dictionary[useLang().lang]
}

/** useCode returns what says a code of the data (a role, a state) in words; a code
 * that the dictionary does not have is shown as it is. */
export function useCode(dictionary: Record<Lang, Record<string, string>>): (code: string) => string {
  const said = useWords(dictionary)
  return (code) => said[code] ?? code
}
