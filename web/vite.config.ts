import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

// The server that `npm run dev` passes calls of the API on to.
const server = process.env.CHANGRONG_SERVER ?? 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 1500,
    modulePreload: { polyfill: false }, // it is an inline script
  },
  server: { proxy: { '/api': { target: server } } }, // the Host stays: the server refuses other origins
  test: { include: ['test/**/*.test.ts'] },
})
