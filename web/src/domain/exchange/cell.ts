// Cells of department data as people read them.
import { useNames } from '../../api/names'
import { count, parseYuan, yuan } from '../../kit/money'
import { useLang, useWords, words } from '../../kit/words'

type Typed = { type: string; codes?: { code: string; title: string; title_en: string }[] | null }

const said = words({
  yes: ['是', 'yes'],
  no: ['否', 'no'],
  yuan: [(v: string) => `${v}元`, (v: string) => `${v} yuan`],
})

/** useCell returns what writes a cell of a field; '' is one that the department left
 * empty. */
export function useCell(): (field: Typed, cell: string) => string {
  const { lang } = useLang()
  const t = useWords(said)
  const name = useNames()
  return (field, cell) => {
    if (cell === '') return ''
    switch (field.type) {
      case 'bool':
        return cell === '1' ? t.yes : t.no
      case 'int':
        return Number.isSafeInteger(Number(cell)) && cell.length > 4 ? count(Number(cell)) : cell // a year has no thousands
      case 'yuan': {
        const fen = parseYuan(cell)
        return fen === null ? cell : t.yuan(yuan(fen))
      }
      case 'percent':
        return `${cell}%`
      case 'industry':
      case 'town':
        return name(field.type, cell)
      case 'code': {
        const one = field.codes?.find((c) => c.code === cell)
        return one ? (lang === 'zh' ? one.title : one.title_en) : cell
      }
    }
    return cell
  }
}
