// The pages on a phone: language, elder mode, answers kept, and the way to each page.
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { newQueries } from '../api/query'
import { keepLang, type Lang, LangContext, savedLang } from '../kit/words'
import { ElderContext, keepElder, savedElder } from './elder'
import { routes } from './routes'
import { hush } from './speak'

keepElder(savedElder()) // before anything is drawn, so that nothing jumps

const queries = newQueries()
const router = createBrowserRouter(routes, { basename: '/m' })
router.subscribe(hush) // what is read aloud belongs to its page

export function Phone() {
  const [lang, setLang] = useState<Lang>(savedLang)
  const [elder, setElder] = useState(savedElder)
  useEffect(() => keepLang(lang), [lang])
  useEffect(() => keepElder(elder), [elder])
  return (
    <LangContext value={{ lang, setLang }}>
      <ElderContext value={{ elder, setElder }}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </ElderContext>
    </LangContext>
  )
}
