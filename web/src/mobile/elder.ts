// Elder mode (长辈版): larger type, larger targets, stronger contrast. It is a class on
// the whole page, and remembered on this phone.
import { createContext, useContext } from 'react'

const key = 'changrong.elder'

/** savedElder tells whether elder mode was chosen before. */
export const savedElder = (): boolean => localStorage.getItem(key) === '1'

/** keepElder keeps the choice and shows it. */
export function keepElder(on: boolean) {
  if (on) localStorage.setItem(key, '1')
  else localStorage.removeItem(key)
  document.documentElement.classList.toggle('elder', on)
}

export const ElderContext = createContext<{ elder: boolean; setElder: (on: boolean) => void }>({ elder: false, setElder: () => {} })

/** useElder returns whether elder mode is on, and what changes it. */
export const useElder = () => useContext(ElderContext)
