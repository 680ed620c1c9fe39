import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'

// The server that `npm run dev` passes calls of the API on to.
const server = process.env.CHANGRONG_SERVER ?? 'http://127.0.0.1:8080'

// phone does for `npm run dev` what the server does: below /m are the pages on a phone.
const phone: Plugin = {
  name: 'phone',
  configureServer(s) {
    s.middlewares.use((req, _, next) => {
      if (/^\/m(\/|\?|$)/.test(req.url ?? '')) req.url = '/m.html'
      next()
    })
  },
}

export default defineConfig({
  plugins: [react(), phone],
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    rolldownOptions: { input: ['index.html', 'm.html'] }, // the console, and the pages on a phone
    modulePreload: { polyfill: false }, // it is an inline script
  },
  server: { proxy: { '/api': { target: server } } }, // the Host stays: the server refuses other origins
  test: { include: ['test/**/*.test.ts'] },
})
