import { useWords, words } from '../../kit/words'

const said = words({
  guide: ['给银行技术人员：见接口指南 docs/guides/bank-api（随平台提供，附签名脚本）；全部接口：', 'For a bank’s engineers: the guide docs/guides/bank-api comes with the platform, with a script that signs. All operations: '],
})

/** Guide tells those who connect a system where to read on. */
export function Guide() {
  const t = useWords(said)
  return <span className="quiet small no-print">{t.guide}<a href="/api/openapi.json" target="_blank" rel="noreferrer">OpenAPI</a></span>
}
