import { type Fen, parseYuan, yuan } from '../kit/money'

/** wanOf writes an amount in ten thousands of yuan, as one would type it. */
export const wanOf = (fen: Fen | undefined) => {
  if (fen === undefined) return ''
  const yuan = BigInt(fen) / 100n
  const rest = (yuan % 10_000n).toString().padStart(4, '0').replace(/0+$/, '')
  return `${yuan / 10_000n}${rest && `.${rest}`}`
}

/** wanExact writes an amount in ten thousands of yuan, to the last fen it has. */
export function wanExact(fen: Fen): string {
  const [whole, rest] = yuan(fen).replaceAll(',', '').split('.') as [string, string]
  const all = whole.padStart(5, '0')
  const decimals = `${all.slice(-4)}${rest}`.replace(/0+$/, '')
  return all.slice(0, -4).replace(/\B(?=(\d{3})+$)/g, ',') + (decimals && `.${decimals}`)
}

/** fenOfWan reads what a person typed in ten thousands of yuan; null when it is no
 * such amount of whole yuan. */
export function fenOfWan(text: string): Fen | null {
  const m = /^(\d{1,7})(?:\.(\d{1,4}))?$/.exec(text.trim().replace(/[,，\s]/g, ''))
  return m ? parseYuan(`${m[1]}${(m[2] ?? '').padEnd(4, '0')}`) : null
}
