import { lazy, Suspense, type ComponentType } from 'react'
import { isRouteErrorResponse, Link, Navigate, Outlet, type RouteObject, useLocation, useRouteError } from 'react-router'
import { Live } from '../api/live'
import { useGet } from '../api/query'
import { MeContext } from '../domain/access/me'
import { useWords, words } from '../kit/words'
import { Empty, Failed, Loading, Page } from './page'
import { type Place, places } from './places'

const said = words({
  lost: ['没有这个页面', 'There is no such page'],
  lostHint: ['链接可能已失效，请回到首页', 'The link may be out of date; go back to the first page'],
  home: ['回到首页', 'Go to the first page'],
  broken: ['页面出错了', 'This page has failed'],
  brokenHint: ['您填写的内容已保存。请重新载入；网络不好时可稍后再试。', 'What you typed is kept. Reload it; on a poor network try a little later.'],
  reload: ['重新载入', 'Reload'],
  wait: ['请稍候', 'One moment'],
  staff: ['这里供企业使用', 'These pages are for enterprises'],
  staffHint: ['您以单位工作人员身份登录，请到控制台办理', 'You are signed in for an office or a bank; your work is in the console'],
  console: ['打开控制台', 'Open the console'],
})

// Known finds out who is there; nobody may be.
function Known() {
  const me = useGet('/api/session', {}, { staleTime: 60_000 })
  const in_ = me.data?.stage === 'signed_in' && !me.error
  return <MeContext value={in_ ? me.data! : null}><Outlet context={me} /></MeContext>
}

// Own lets in an enterprise that is signed in, and leads everybody else to the door.
function Own({ page: Shown }: { page: ComponentType }) {
  const t = useWords(said)
  const me = useGet('/api/session', {}, { staleTime: 60_000 })
  const at = useLocation()
  if (me.error?.status === 401 || (me.data && me.data.stage !== 'signed_in')) return <Navigate to={`/sign-in?next=${encodeURIComponent(at.pathname + at.search)}`} replace />
  if (!me.data) return <Page title={t.wait}>{me.error ? <Failed error={me.error} retry={() => me.refetch()} /> : <Loading rows={6} />}</Page>
  if (!me.data.roles?.includes('enterprise')) {
    return <Page title={t.staff}><Empty icon="org" title={t.staff} hint={t.staffHint} action={<a className="press" href="/">{t.console}</a>} /></Page>
  }
  return <Live><Suspense fallback={<Waiting />}><Shown /></Suspense></Live>
}

function Waiting() {
  const t = useWords(said)
  return <Page title={t.wait}><Loading rows={6} /></Page>
}

function Broken() {
  const t = useWords(said)
  const e = useRouteError()
  if (isRouteErrorResponse(e) && e.status === 404) return <Lost />
  return <Page title={t.broken}><Empty icon="warn" title={t.broken} hint={t.brokenHint} action={<button type="button" className="press" onClick={() => location.reload()}>{t.reload}</button>} /></Page>
}

function Lost() {
  const t = useWords(said)
  return <Page title={t.lost}><Empty icon="search" title={t.lost} hint={t.lostHint} action={<Link className="press" to="/">{t.home}</Link>} /></Page>
}

const open = ({ file, own }: Place) => {
  const Lazy = lazy(file)
  return own ? <Own page={Lazy} /> : <Suspense fallback={<Waiting />}><Lazy /></Suspense>
}

export const routes: RouteObject[] = [
  {
    element: <Known />,
    errorElement: <Broken />,
    children: [...places.map((p) => ({ path: p.path, element: open(p), errorElement: <Broken /> })), { path: '*', element: <Lost /> }],
  },
]
