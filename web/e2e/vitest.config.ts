import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: import.meta.dirname,
    setupFiles: ['setup.ts'],
    include: ['*.journey.ts'],
    maxWorkers: 2, // each has a server and a browser of its own
    testTimeout: 300_000,
    hookTimeout: 900_000, // a year of a city's life, on a machine that does other things too
    maxConcurrency: 2,
  },
})
