import { Button, Form, Input } from 'antd'
import { useState } from 'react'
import { call, type Item } from '../../api/client'
import { useChange } from '../../api/query'
import { useMay, useMe } from '../../domain/access/me'
import { Ask, useRequired } from '../../kit/form'
import { Icon } from '../../kit/icon'
import { Page } from '../../kit/page'
import { Tag } from '../../kit/show'
import { type Column, DataTable, type Filter } from '../../kit/table'
import { minute } from '../../kit/time'
import { useWords, words } from '../../kit/words'

const said = words({
  title: ['收款账户', 'Payee accounts'],
  about: ['账号加密保存，只显示末几位；登记人之外的另一人核对后才能开支付单。', 'Numbers are sealed and shown by their last digits; another person confirms each before it is paid to.'],
  add: ['登记账户', 'Add'],
  payee: ['收款人代码', 'Payee’s code'],
  name: ['账户名称', 'Holder'],
  number: ['账号', 'Number'],
  bank: ['开户行', 'Bank'],
  bankNo: ['支付系统行号', 'Bank’s number'],
  state: ['核对', 'Confirmed'],
  yes: ['已核对', 'Yes'],
  no: ['待核对', 'Not yet'],
  at: ['登记时间', 'Entered'],
  confirm: ['核对', 'Confirm'],
  confirmAbout: ['请与收款人提供的开户证明逐位核对。', 'Hold it against the payee’s own papers, digit by digit.'],
  edit: ['更换', 'Change'],
  save: ['保存', 'Save'],
  search: ['代码、名称或开户行', 'Code, holder or bank'],
  none: ['还没有账户', 'No accounts yet'],
})

type Payee = Item<'/api/payee-accounts'>

export default function Payees() {
  const t = useWords(said)
  const may = useMay()
  const me = useMe()
  const [editing, setEditing] = useState<{ of?: Payee }>()
  const [confirming, setConfirming] = useState<Payee>()
  const confirm = useChange('put', '/api/payee-accounts/{payee}/confirmation', ['/api/payee-accounts', '/api/claims'])
  const columns: Column<Payee>[] = [
    { key: 'name', title: t.name, value: (p) => p.name },
    { key: 'payee', title: t.payee, value: (p) => p.payee },
    { key: 'tail', title: t.number, value: (p) => p.tail, show: (p) => <span className="num">···{p.tail}</span> },
    { key: 'bank', title: t.bank, value: (p) => p.bank_name },
    { key: 'bank_no', title: t.bankNo, value: (p) => p.bank_no, hidden: true },
    { key: 'state', title: t.state, value: (p) => (p.confirmed_by ? t.yes : t.no), show: (p) => <Tag tone={p.confirmed_by ? 'good' : 'wait'}>{p.confirmed_by ? t.yes : t.no}</Tag> },
    { key: 'at', title: t.at, value: (p) => minute(p.at_ms) },
  ]
  const filters: Filter[] = [{ kind: 'search', key: 'q', label: t.search }, { kind: 'choice', key: 'state', label: t.state, options: [{ value: 'open', label: t.no }] }]
  const add = may('payee_account.write') && <Button type="primary" icon={<Icon name="plus" size={16} />} onClick={() => setEditing({})}>{t.add}</Button>
  return (
    <Page title={t.title} about={t.about} actions={add}>
      <DataTable name="payees" label={t.title} columns={columns} filters={filters} rowKey={(p) => p.payee} empty={{ icon: 'pay', title: t.none, action: add }}
        match={(p, f) => (!f.state || !p.confirmed_by) && (!f.q || [p.payee, p.name, p.bank_name].some((s) => s.toLowerCase().includes(f.q!.toLowerCase())))}
        source={{ key: ['/api/payee-accounts'], whole: true, load: (_, w, signal) => call('get', '/api/payee-accounts', { query: w }, signal) }}
        act={(p) => (
          <span className="row" style={{ flexWrap: 'nowrap' }}>
            {may('payee_account.confirm') && !p.confirmed_by && p.entered_by !== me.account && <Button size="small" type="primary" onClick={() => setConfirming(p)}>{t.confirm}</Button>}
            {may('payee_account.write') && <Button size="small" onClick={() => setEditing({ of: p })}>{t.edit}</Button>}
          </span>
        )} />
      {editing && <EditPayee of={editing.of} close={() => setEditing(undefined)} />}
      {confirming && (
        <Ask open close={() => setConfirming(undefined)} title={`${t.confirm}：${confirming.name}`} about={t.confirmAbout} ok={t.confirm}
          send={() => confirm.mutateAsync({ path: { payee: confirming.payee }, body: { version: confirming.version } })}>
          <p style={{ fontSize: 16 }}>{confirming.bank_name} ···{confirming.tail}</p>
        </Ask>
      )}
    </Page>
  )
}

function EditPayee({ of, close }: { of?: Payee; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const set = useChange('put', '/api/payee-accounts/{payee}', ['/api/payee-accounts', '/api/claims'])
  return (
    <Ask<{ payee: string; name: string; number: string; bank_name: string; bank_no: string }> open close={close} title={of ? t.edit : t.add} ok={t.save} initial={of ? { payee: of.payee, name: of.name, bank_name: of.bank_name, bank_no: of.bank_no } : {}}
      send={(v) => set.mutateAsync({ path: { payee: of?.payee ?? v.payee.trim() }, body: { version: of?.version ?? 0, name: v.name.trim(), number: v.number.replace(/\s/g, ''), bank_name: v.bank_name.trim(), bank_no: v.bank_no.trim() } })}>
      <Form.Item name="payee" label={t.payee} rules={[required]}><Input disabled={of !== undefined} maxLength={18} spellCheck={false} /></Form.Item>
      <Form.Item name="name" label={t.name} rules={[required]}><Input maxLength={100} /></Form.Item>
      <Form.Item name="number" label={t.number} rules={[required]}><Input maxLength={40} inputMode="numeric" autoComplete="off" /></Form.Item>
      <Form.Item name="bank_name" label={t.bank} rules={[required]}><Input maxLength={100} /></Form.Item>
      <Form.Item name="bank_no" label={t.bankNo} rules={[required]}><Input maxLength={14} inputMode="numeric" /></Form.Item>
    </Ask>
  )
}
