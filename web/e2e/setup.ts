// What a journey that failed saw at the end is kept in out/journeys.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach } from 'vitest'
import { everybody, root } from './site'

declare module 'vitest' {
  interface TaskMeta {
    said?: string // what it counted or measured, for the report
  }
}

const kept = join(root, 'out/journeys')

afterEach(async ({ task }) => {
  if (task.result?.state !== 'fail') return
  mkdirSync(kept, { recursive: true })
  for (const [i, p] of everybody.entries()) {
    const path = join(kept, `${task.name.slice(0, 40).replaceAll(/\W+/g, '-')}-${i + 1}.png`)
    rmSync(path, { force: true })
    await p.page.screenshot({ path }).then(() => console.log(`${p.page.url()}: ${path}`), () => undefined) // it is closed
  }
})
