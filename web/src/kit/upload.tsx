// Where files are dropped or chosen, and how far they have come.
import { App, Button } from 'antd'
import { type DragEvent, useRef, useState } from 'react'
import { Icon } from './icon'
import { useSay } from './say'
import { size, type useSending } from './sending'
import { useWords, words } from './words'

const said = words({
  drop: ['把文件拖到这里，或', 'Drop files here, or'],
  choose: ['选择文件', 'choose files'],
  going: [(done: string, all: string) => `已传 ${done} / ${all}`, (done: string, all: string) => `${done} of ${all}`],
  done: ['已上传', 'Uploaded'],
  waiting: ['等待上传', 'Waiting'],
  again: ['继续上传', 'Go on'],
  remove: ['移除', 'Remove'],
  progress: ['上传进度', 'Upload progress'],
})

/** Drop takes files and shows how far they have come. */
export function Drop({ of, accept, hint, label }: { of: ReturnType<typeof useSending>; accept: string; hint: string; label: string }) {
  const t = useWords(said)
  const say = useSay()
  const [over, setOver] = useState(false)
  const input = useRef<HTMLInputElement>(null)
  const onDrop = (e: DragEvent) => {
    e.preventDefault()
    setOver(false)
    of.add(e.dataTransfer.files)
  }
  return (
    <div className="stack">
      <div className={over ? 'drop over' : 'drop'} onDragOver={(e) => { e.preventDefault(); setOver(true) }} onDragLeave={() => setOver(false)} onDrop={onDrop}>
        <Icon name="upload" size={34} />
        <span>
          {t.drop}{' '}
          <Button onClick={() => input.current?.click()}>{t.choose}</Button>
        </span>
        <span className="quiet small">{hint}</span>
        <input ref={input} type="file" multiple hidden accept={accept} aria-label={label}
          onChange={(e) => {
            of.add(e.target.files ?? [])
            e.target.value = ''
          }} />
      </div>
      {of.files.length > 0 && (
        <ul className="todo" aria-live="polite">
          {of.files.map((f) => (
            <li key={f.key}>
              <Icon name={f.state === 'done' ? 'check' : f.state === 'failed' ? 'warn' : 'file'} />
              <div className="grow">
                <div className="spread" style={{ gap: 4 }}>
                  <b style={{ overflowWrap: 'anywhere', fontWeight: 550 }}>{f.name}</b>
                  <span className="quiet small num">{f.state === 'going' ? t.going(size(f.received), size(f.size)) : f.state === 'waiting' ? t.waiting : size(f.size)}</span>
                </div>
                {f.state === 'going' && (
                  <div className="bar" role="progressbar" aria-label={`${t.progress} ${f.name}`} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor((100 * f.received) / Math.max(1, f.size))}>
                    <i style={{ width: `${(100 * f.received) / Math.max(1, f.size)}%` }} />
                  </div>
                )}
                {f.state === 'failed' && <div className="small" style={{ color: 'var(--bad)' }}>{say(f.error)}</div>}
              </div>
              {f.state === 'failed' && <Button size="small" onClick={() => of.again(f.key)}>{t.again}</Button>}
              <Button size="small" type="text" aria-label={`${t.remove} ${f.name}`} icon={<Icon name="close" size={15} />} onClick={() => of.remove(f.key)} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Sends is a button that sends one file at once. */
export function Sends({ of, label = of, take }: { of: string; label?: string; take: (file: File) => Promise<unknown> }) {
  const say = useSay()
  const { message } = App.useApp()
  const input = useRef<HTMLInputElement>(null)
  const [busy, setBusy] = useState(false)
  const send = async (file: File) => {
    setBusy(true)
    try {
      await take(file)
    } catch (e) {
      message.error(say(e), 6)
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button size="small" loading={busy} icon={<Icon name="upload" size={14} />} aria-label={label} onClick={() => input.current?.click()}>{of}</Button>
      <input ref={input} type="file" hidden onChange={(e) => {
        const f = e.target.files?.[0]
        e.target.value = ''
        if (f) void send(f)
      }} />
    </>
  )
}
