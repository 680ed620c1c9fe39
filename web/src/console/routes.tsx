import { Button } from 'antd'
import { lazy, Suspense, type ComponentType, useEffect } from 'react'
import { isRouteErrorResponse, Link, type RouteObject, useRouteError } from 'react-router'
import { useMay, useMe } from '../domain/access/me'
import { Empty, Loading, Page } from '../kit/page'
import { useWords, words } from '../kit/words'
import { type Place, places } from './places'
import { Frame, Guarded } from './frame'

const said = words({
  lost: ['没有这个页面', 'There is no such page'],
  lostHint: ['链接可能已失效', 'The link may be out of date'],
  home: ['回到首页', 'Go to the first page'],
  forbidden: ['您的角色不能查看此页', 'Your role does not open this page'],
  forbiddenHint: ['如需查看，请联系本单位管理员', 'Ask your administrator if you need it'],
  broken: ['页面出错了', 'This page has failed'],
  brokenHint: ['请重新载入；若仍出错，请把时间和所做操作告诉管理员', 'Reload it; if it fails again, tell the administrator when and what you did'],
  reload: ['重新载入', 'Reload'],
})

const open = ({ file, need, phone }: Place) => {
  const Lazy = lazy(file)
  const Opened: ComponentType = () => <Allowed need={need} phone={phone} page={Lazy} />
  return <Opened />
}

function Allowed({ need, phone, page: Shown }: { need?: string[]; phone?: string; page: ComponentType }) {
  const may = useMay()
  const led = useMe().org_kind === 'enterprise' && phone
  const t = useWords(said)
  useEffect(() => {
    if (led) location.replace(led) // the phone pages are another document
  }, [led])
  if (led) return <main className="page" id="main"><Loading rows={6} /></main>
  if (need && !need.some(may)) {
    return (
      <Page title={t.forbidden}>
        <Empty icon="shield" title={t.forbidden} hint={t.forbiddenHint} action={<Link to="/">{t.home}</Link>} />
      </Page>
    )
  }
  return (
    <Suspense fallback={<main className="page" id="main"><Loading rows={6} /></main>}>
      <Shown />
    </Suspense>
  )
}

function Broken() {
  const t = useWords(said)
  const e = useRouteError()
  if (isRouteErrorResponse(e) && e.status === 404) return <Lost />
  return (
    <Page title={t.broken}>
      <Empty icon="warn" title={t.broken} hint={t.brokenHint} action={<Button onClick={() => location.reload()}>{t.reload}</Button>} />
    </Page>
  )
}

function Lost() {
  const t = useWords(said)
  return (
    <Page title={t.lost}>
      <Empty icon="search" title={t.lost} hint={t.lostHint} action={<Link to="/">{t.home}</Link>} />
    </Page>
  )
}

const alone = (file: Place['file']) => {
  const Lazy = lazy(file)
  return (
    <Suspense fallback={null}>
      <Lazy />
    </Suspense>
  )
}

export const routes: RouteObject[] = [
  { path: '/sign-in', element: alone(() => import('./access/signin')), errorElement: <Broken /> },
  { path: '/begin', element: alone(() => import('./access/begin')), errorElement: <Broken /> },
  { path: '/notice', element: alone(() => import('./public/notices')), errorElement: <Broken /> },
  { path: '/offered', element: alone(() => import('./public/products')), errorElement: <Broken /> },
  { path: '/notice/:id', element: alone(() => import('./public/notice')), errorElement: <Broken /> },
  {
    element: <Guarded><Frame /></Guarded>,
    errorElement: <Broken />,
    children: [
      ...places.map((p) => ({ path: p.path, element: open(p), errorElement: <Broken /> })),
      { path: '*', element: <Lost /> },
    ],
  },
]
