// What is printed as a document of its own.
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { Icon } from './icon'
import './paper.css'
import { useWords, words } from './words'

const said = words({ print: ['打印或存为 PDF', 'Print, or save as PDF'] })

/** Sheet stands in for the whole page when it is printed; `shown` also on the screen. */
export function Sheet({ title, under, shown, children }: { title: string; under?: ReactNode; shown?: boolean; children: ReactNode }) {
  return (
    <article className={shown ? 'sheet shown' : 'sheet'} aria-hidden={shown ? undefined : true}>
      <h1>{title}</h1>
      {under && <p className="under">{under}</p>}
      {children}
    </article>
  )
}

/** PrintButton prints the page. */
export function PrintButton() {
  const t = useWords(said)
  return <Button className="no-print" icon={<Icon name="print" size={16} />} onClick={() => window.print()}>{t.print}</Button>
}
