// Reading a page aloud (朗读), where the phone has a voice.
import { useSyncExternalStore } from 'react'
import type { Lang } from '../kit/words'

const voice = (): SpeechSynthesis | undefined => ('speechSynthesis' in globalThis ? globalThis.speechSynthesis : undefined)

let reading = false
const listeners = new Set<() => void>()
const tell = (on: boolean) => {
  reading = on
  for (const f of listeners) f()
}

// A voice stops by itself in the middle of a long text on some phones, so it is given
// a sentence at a time.
const longest = 120

// skipped is what nobody wants to hear: buttons of the frame, what is hidden.
const skipped = 'nav, script, style, [hidden], [aria-hidden=true], .no-voice'

/** sentences are the texts of a page in the order in which they are read. */
export function sentences(root: Element): string[] {
  const all: string[] = []
  const walk = (n: Node, into: string[]) => {
    if (n.nodeType === Node.TEXT_NODE) into.push(n.textContent ?? '')
    if (!(n instanceof Element) || n.matches(skipped)) return
    if (n instanceof HTMLInputElement || n instanceof HTMLTextAreaElement) {
      if (n.type !== 'password' && n.type !== 'checkbox' && n.type !== 'radio') into.push(n.value)
      return
    }
    const block = !['inline', 'contents', 'inline-block', 'inline-flex'].includes(getComputedStyle(n).display)
    const own = block ? [] : into
    n.childNodes.forEach((c) => walk(c, own))
    if (block && own.length > 0) all.push(own.join(''))
  }
  walk(root, all)
  return cut(all)
}

/** cut makes texts short enough to be said in one go, at the end of a clause where
 * there is one. */
export function cut(texts: string[]): string[] {
  return texts.flatMap((text) => {
    const parts: string[] = []
    for (const clause of text.replace(/\s+/g, ' ').trim().split(/(?<=[。！？；，,.;!?]\s*)/)) {
      const last = parts.at(-1)
      if (last !== undefined && last.length + clause.length <= longest) parts[parts.length - 1] = last + clause
      else for (let at = 0; at < clause.length; at += longest) parts.push(clause.slice(at, at + longest))
    }
    return parts.map((p) => p.trim()).filter((p) => p !== '')
  })
}

/** hush ends reading. */
export function hush() {
  voice()?.cancel()
  if (reading) tell(false)
}

/** read reads a part of the page aloud. */
export function read(root: Element, lang: Lang) {
  hush()
  const texts = sentences(root)
  const by = voice()
  if (!by || texts.length === 0) return
  tell(true)
  texts.forEach((text, i) => {
    const said = new SpeechSynthesisUtterance(text)
    said.lang = lang === 'zh' ? 'zh-CN' : 'en'
    said.rate = 0.9
    if (i === texts.length - 1) said.onend = () => tell(false)
    said.onerror = () => tell(false)
    by.speak(said)
  })
}

const listen = (f: () => void) => {
  listeners.add(f)
  return () => listeners.delete(f)
}

/** useReading tells whether something is being read; undefined where there is no voice. */
export function useReading(): boolean | undefined {
  const on = useSyncExternalStore(listen, () => reading)
  return voice() ? on : undefined
}
