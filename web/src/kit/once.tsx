import { App, Button, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useWords, words } from './words'

const said = words({ copy: ['复制', 'Copy'], copied: ['已复制', 'Copied'] })

/** Once shows what is never shown again. */
export function Once({ open, title, about, secret, done, close, children }: { open: boolean; title: string; about: ReactNode; secret: string; done: string; close: () => void; children?: ReactNode }) {
  const t = useWords(said)
  const { message } = App.useApp()
  return (
    <Modal open={open} title={title} onCancel={close} width={480} mask={{ closable: false }} footer={<Button type="primary" onClick={close}>{done}</Button>}>
      <div className="stack">
        <p className="quiet">{about}</p>
        {children}
        {secret && (
          <div className="spread notice wait" style={{ flexWrap: 'nowrap' }}>
            <code style={{ fontSize: 16, letterSpacing: '.04em', userSelect: 'all', overflowWrap: 'anywhere', minWidth: 0 }}>{secret}</code>
            {navigator.clipboard && <Button size="small" onClick={() => navigator.clipboard.writeText(secret).then(() => message.success(t.copied))}>{t.copy}</Button>}
          </div>
        )}
      </div>
    </Modal>
  )
}
