import { Form, Input } from 'antd'
import { useNavigate } from 'react-router'
import { attempt } from '../../api/client'
import { useChange } from '../../api/query'
import { Ask, useRequired } from '../../kit/form'
import { useWords, words } from '../../kit/words'

const said = words({
  publish: ['发布公示', 'Publish a notice'],
  about: [(n: string) => `所选 ${n} 条申报将对社会公示，任何人都可查看并提出异议；公示期按政策规则计算。`, (n: string) => `${n} claims are shown to everybody, who may object; the days follow the policy’s rules.`],
  title: ['公示标题', 'Title'],
  contact: ['联系方式', 'Contact'],
  contactHint: ['受理异议的部门、电话、地址', 'to whom to object besides the form'],
})

/** Publish puts claims on a public notice. */
export function Publish({ claims, close }: { claims: { id: string; policy: string; period: string }[]; close: () => void }) {
  const t = useWords(said)
  const required = useRequired()
  const go = useNavigate()
  const publish = useChange('post', '/api/notices')
  return (
    <Ask<{ title: string; contact: string }> open close={close} title={t.publish} about={t.about(String(claims.length))} ok={t.publish}
      send={async (v) => {
        const n = await publish.mutateAsync({ body: { policy: claims[0]!.policy, title: v.title.trim(), contact: v.contact.trim(), claims: claims.map((c) => c.id) }, headers: { 'Idempotency-Key': attempt() } })
        go(`/notices/${n.id}`)
      }}>
      <Form.Item name="title" label={t.title} rules={[required]}><Input maxLength={100} /></Form.Item>
      <Form.Item name="contact" label={t.contact} extra={t.contactHint} rules={[required]}><Input.TextArea rows={2} maxLength={200} /></Form.Item>
    </Ask>
  )
}
