// What a screen reader could not make out, as axe-core finds it.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

type Found = { id: string; impact: string | null; help: string; nodes: { html: string }[] }

/** unfit returns what of a page seriously breaks the rules of WCAG 2.1, levels A and AA. */
export async function unfit(page: Page): Promise<string[]> {
  // The page's own policy forbids inline scripts; what the debugger evaluates is outside it.
  await page.evaluate(`window.axe ?? (() => { ${source} })()`)
  const found = await page.evaluate(async () => {
    const { axe } = window as unknown as { axe: { run: (context: Document, options: object) => Promise<{ violations: Found[] }> } }
    return (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] })).violations
  })
  return found.filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id} (${v.impact}) ${v.help}\n    ${v.nodes.slice(0, 3).map((n) => n.html.slice(0, 200)).join('\n    ')}`)
}
