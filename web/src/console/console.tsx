// The console: language, look, answers kept, and the way to each page.
import { QueryClientProvider } from '@tanstack/react-query'
import { App, ConfigProvider } from 'antd'
import en from 'antd/locale/en_US'
import zh from 'antd/locale/zh_CN'
import { useEffect, useState } from 'react'
import { createBrowserRouter, RouterProvider } from 'react-router'
import { newQueries } from '../api/query'
import { theme } from '../kit/theme'
import { keepLang, type Lang, LangContext, savedLang } from '../kit/words'
import { routes } from './routes'

const queries = newQueries()
const router = createBrowserRouter(routes)

export function Console() {
  const [lang, setLang] = useState<Lang>(savedLang)
  useEffect(() => keepLang(lang), [lang])
  return (
    <LangContext value={{ lang, setLang }}>
      <ConfigProvider locale={lang === 'zh' ? zh : en} theme={theme} button={{ autoInsertSpace: false }}>
        <App component={false}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
          </QueryClientProvider>
        </App>
      </ConfigProvider>
    </LangContext>
  )
}
