import { App, Button } from 'antd'
import { useRef, useState } from 'react'
import { useQueryClient } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { address, type Answer, type Item, send } from '../../api/client'
import { listOf } from '../../api/list'
import { useGet } from '../../api/query'
import { useMay } from '../../domain/access/me'
import { standingWords } from '../../domain/ledger/words'
import { Icon } from '../../kit/icon'
import { Card, Page, Shown } from '../../kit/page'
import { useSay } from '../../kit/say'
import { Stat, Tag, type Tone, Yuan } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { useCode, useLang, useWords, words } from '../../kit/words'

const said = words({
  title: ['银行对账', 'The bank’s side'],
  back: ['资金台账', 'the fund ledger'],
  about: ['导入银行回单后，逐笔与台账核对；两边不符的都列在这里。', 'The bank’s lines are held against the ledger, one by one; what differs is listed here.'],
  take: ['导入回单', 'Take in the bank’s file'],
  taken: [(kept: string, known: string) => `导入 ${kept} 笔，${known} 笔此前已有`, (kept: string, known: string) => `${kept} lines taken in, ${known} were here already`],
  wrong: ['文件有误，没有导入任何一笔', 'The file has errors; nothing was taken in'],
  line: [(n: string) => `第 ${n} 行`, (n: string) => `line ${n}`],
  books: ['台账支付', 'Ledger'],
  bank: ['银行支付', 'Bank'],
  differs: ['不符', 'Differ'],
  matched: ['一致', 'Matched'],
  count: ['笔', 'lines'],
  yuan: ['元', 'yuan'],
  standing: ['结果', 'Result'],
  on: ['日期', 'Day'],
  payee: ['收款人', 'Payee'],
  booksAmount: ['台账金额', 'Ledger'],
  bankAmount: ['银行金额', 'Bank'],
  receipt: ['回单号', 'Receipt'],
  gap: ['差额', 'Difference'],
  from: ['起始日', 'From'],
  to: ['截止日', 'To'],
  none: ['这段时间两边都没有支付', 'Nothing on either side in these days'],
  noneHint: ['登记支付回单，或导入银行文件后，这里逐笔核对', 'Payments appear once receipts are registered or the bank’s file is taken in'],
})

type Row = Item<'/api/fund/reconciliation/rows'>
type Taken = Answer<'/api/fund/bank-imports', 'post'>
const tones: Record<string, Tone> = { matched: 'good', likely: 'wait', differs: 'bad', books: 'bad', bank: 'bad' }

export default function Bank() {
  const t = useWords(said)
  const standing = useCode(standingWords)
  const may = useMay()
  const [at] = useSearchParams()
  const query = { first_on: at.get('first_on') ?? undefined, last_on: at.get('last_on') ?? undefined }
  const sums = useGet('/api/fund/reconciliation', { query })
  const columns: Column<Row>[] = [
    { key: 'standing', title: t.standing, value: (r) => standing(r.standing), show: (r) => <Tag tone={tones[r.standing]}>{standing(r.standing)}</Tag> },
    { key: 'on', title: t.on, value: (r) => r.books?.on ?? r.bank?.on ?? '' },
    { key: 'payee', title: t.payee, value: (r) => r.books?.receipt.payee || r.bank?.payee || '' },
    { key: 'books', title: t.booksAmount, fen: (r) => r.books?.amount_fen },
    { key: 'bank', title: t.bankAmount, fen: (r) => r.bank?.amount_fen },
    { key: 'gap', title: t.gap, fen: (r) => r.difference_fen },
    { key: 'receipt', title: t.receipt, value: (r) => r.bank?.ref || r.books?.receipt.no || '' },
  ]
  const filters: Filter[] = [{ kind: 'day', key: 'first_on', label: t.from }, { kind: 'day', key: 'last_on', label: t.to }]
  return (
    <Page title={t.title} about={t.about} back={{ to: '/fund', name: t.back }} actions={may('fund.write') && <TakeIn />}>
      <Shown of={sums} rows={2}>
        {(s) => (
          <Card>
            <div className="figures">
              <Stat name={t.books} value={<Yuan fen={s.books_total_fen} />} unit={t.yuan} />
              <Stat name={t.bank} value={<Yuan fen={s.bank_total_fen} />} unit={t.yuan} />
              <Stat name={t.matched} value={s.matched?.length ?? 0} unit={t.count} />
              <Stat name={t.differs} value={(s.differs?.length ?? 0) + (s.books?.length ?? 0) + (s.bank?.length ?? 0)} unit={t.count} late={(s.differs?.length ?? 0) + (s.books?.length ?? 0) + (s.bank?.length ?? 0) > 0} />
            </div>
          </Card>
        )}
      </Shown>
      <DataTable name="fund-bank" label={t.title} source={listOf('/api/fund/reconciliation/rows')} columns={columns} filters={filters}
        rowKey={(r) => `${r.group}/${r.books?.seq ?? ''}/${r.bank?.import ?? ''}/${r.bank?.line ?? ''}`} empty={{ icon: 'pay', title: t.none, hint: t.noneHint }} />
    </Page>
  )
}

function TakeIn() {
  const t = useWords(said)
  const { lang } = useLang()
  const say = useSay()
  const { message, modal } = App.useApp()
  const input = useRef<HTMLInputElement>(null)
  const queries = useQueryClient()
  const [busy, setBusy] = useState(false)
  const take = async (file: File) => {
    setBusy(true)
    try {
      const r = await send(address('/api/fund/bank-imports', { query: { name: file.name } }), { method: 'POST', body: file, headers: { 'Content-Type': 'application/octet-stream' } })
      const taken = (await r.json()) as Taken
      if (taken.import) message.success(t.taken(String(taken.import.kept), String(taken.import.known)))
      else {
        modal.error({
          title: t.wrong, width: 560,
          content: <ul style={{ paddingLeft: 18, maxHeight: 320, overflow: 'auto' }}>{(taken.findings ?? []).map((f, i) => <li key={i}>{f.line ? `${t.line(String(f.line))}：` : ''}{lang === 'zh' ? f.zh : f.en}</li>)}</ul>,
        })
      }
      await queries.invalidateQueries({ predicate: (q) => String(q.queryKey[0]).startsWith('/api/fund') })
    } catch (e) {
      message.error(say(e))
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button type="primary" icon={<Icon name="upload" size={16} />} loading={busy} onClick={() => input.current?.click()}>{t.take}</Button>
      <input ref={input} type="file" hidden accept=".xlsx,.csv,.txt" aria-label={t.take} onChange={(e) => {
        const f = e.target.files?.[0]
        e.target.value = ''
        if (f) void take(f)
      }} />
    </>
  )
}
