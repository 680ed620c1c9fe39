// What is asked before something is done for good: a sheet from below.
import Button from 'antd-mobile/es/components/button'
import { type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useWords, words } from '../kit/words'
import { Failed } from './page'

const said = words({ cancel: ['取消', 'Cancel'] })

/** Sheet asks; the browser keeps the focus within it, and Escape closes it. */
export function Sheet({ open, title, ok, danger, close, send, done, children }: {
  open: boolean; title: string; ok: string; danger?: boolean; close: () => void; send: () => Promise<unknown>; done?: () => void; children?: ReactNode
}) {
  const t = useWords(said)
  const id = useId()
  const box = useRef<HTMLDialogElement>(null)
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState<unknown>()
  useEffect(() => {
    if (open && !box.current?.open) box.current?.showModal()
    if (!open) box.current?.close()
    setWrong(undefined)
  }, [open])
  const go = async () => {
    setBusy(true)
    setWrong(undefined)
    try {
      await send()
      close()
      done?.()
    } catch (e) {
      setWrong(e)
    } finally {
      setBusy(false)
    }
  }
  return (
    <dialog className="sheet" ref={box} aria-labelledby={id} onClose={close}>
      {open && (
        <div className="inner">
          <h2 id={id}>{title}</h2>
          {children}
          {wrong !== undefined && <Failed error={wrong} />}
          <div className="two">
            <Button block onClick={close}>{t.cancel}</Button>
            <Button block color={danger ? 'danger' : 'primary'} loading={busy} onClick={go}>{ok}</Button>
          </div>
        </div>
      )}
    </dialog>
  )
}
