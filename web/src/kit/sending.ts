// Files on their way to the server, in chunks; what was broken off goes on where it
// stopped.
import { useCallback, useEffect, useRef, useState } from 'react'
import { Sha256, sha256 } from './sha256'

/** size writes a number of bytes as people do. */
export function size(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(0)} KB`
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}

/** Carrier is how files are sent: the three calls of the server that it takes. */
export type Carrier = {
  chunk: number // bytes at a time
  /** Makes room for a file, or finds where one that was broken off stopped. */
  begin: (file: File, had?: string) => Promise<{ id: string; received: number }>
  send: (id: string, offset: number, hash: string, part: Blob, signal: AbortSignal) => Promise<{ received: number }>
  finish: (id: string, hash: string) => Promise<unknown>
  drop: (id: string) => Promise<unknown>
}

/** Sending is one file and how far it has come. */
export type Sending = { key: string; name: string; size: number; id?: string; received: number; state: 'waiting' | 'going' | 'done' | 'failed'; error?: unknown }

type Held = Sending & { file: File; stop: AbortController }

/** carry sends one file from where it stopped, and tells how far it is. */
export async function carry(file: File, c: Carrier, stop: AbortSignal, had: { id?: string }, tell: (id: string, received: number) => void): Promise<string> {
  const begun = await c.begin(file, had.id)
  had.id = begun.id
  tell(begun.id, begun.received)
  const sum = new Sha256()
  let received = begun.received
  for (let at = 0; at < file.size; at += c.chunk) {
    stop.throwIfAborted()
    const part = file.slice(at, Math.min(file.size, at + c.chunk))
    const bytes = new Uint8Array(await part.arrayBuffer())
    sum.add(bytes)
    if (at + bytes.length <= received) continue
    received = (await c.send(begun.id, at, sha256(bytes), part, stop)).received
    tell(begun.id, Math.min(received, at + bytes.length))
  }
  await c.finish(begun.id, sum.hex())
  return begun.id
}

/** useSending keeps files on their way; one goes at a time. */
export function useSending(carrier: Carrier) {
  const [files, setFiles] = useState<Held[]>([])
  const busy = useRef(false)
  const alive = useRef(true)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
    }
  }, [])
  const change = useCallback((key: string, to: Partial<Held>) => {
    if (alive.current) setFiles((all) => all.map((f) => (f.key === key ? { ...f, ...to } : f)))
  }, [])
  useEffect(() => {
    const next = files.find((f) => f.state === 'waiting')
    if (!next || busy.current) return
    busy.current = true
    change(next.key, { state: 'going', error: undefined })
    const had = { id: next.id }
    carry(next.file, carrier, next.stop.signal, had, (id, received) => change(next.key, { id, received }))
      .then((id) => change(next.key, { state: 'done', id, received: next.size }))
      .catch((error: unknown) => change(next.key, { state: 'failed', error, id: had.id }))
      .finally(() => {
        busy.current = false
        if (alive.current) setFiles((all) => [...all]) // looks for the next
      })
  }, [files, carrier, change])
  return {
    files: files as Sending[],
    add: (list: Iterable<File>) => {
      const chosen = [...list] // now: the input's own list is emptied so that the same file can be chosen again
      setFiles((all) => [
        ...all,
        ...chosen
          .filter((f) => !all.some((a) => a.name === f.name && a.size === f.size))
          .map((file) => ({ key: `${file.name}/${file.size}/${all.length}/${Math.random()}`, name: file.name, size: file.size, file, received: 0, state: 'waiting' as const, stop: new AbortController() })),
      ])
    },
    again: (key: string) => change(key, { state: 'waiting', stop: new AbortController() }),
    remove: (key: string) => {
      const f = files.find((x) => x.key === key)
      f?.stop.abort()
      if (f?.id) carrier.drop(f.id).catch(() => undefined) // the server throws it away by itself later
      setFiles((all) => all.filter((x) => x.key !== key))
    },
    clear: () => setFiles([]),
  }
}
