// What is shown before somebody is signed in: what this is on one side, the door on
// the other.
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { useWords, words } from '../../kit/words'
import { LangSwitch } from '../frame'

const said = words({
  name: ['畅融', 'Changrong'],
  story: ['银行报送一次，政策自动核算，每一分钱都说得清来由、查得到去处。', 'Banks report once, the policy is computed, and every fen can say where it came from and where it went.'],
  notices: ['查看公示', 'Public notices'],
  foot: ['结果可由任何人重新计算核对', 'Anybody can compute the results again and compare'],
})

export function Gate({ wide, children }: { wide?: boolean; children: ReactNode }) {
  const t = useWords(said)
  return (
    <div className="gate">
      <section className="story">
        <Streams />
        <div>
          <h1>{t.name}</h1>
          <p>{t.story}</p>
        </div>
        <footer>{t.foot} · <Link to="/notice">{t.notices}</Link></footer>
      </section>
      <div className={wide ? 'door wide' : 'door'}>
        <div className="lang">
          <LangSwitch />
        </div>
        <main id="main" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}

// Streams: many sources become one. The mark, at large.
function Streams() {
  const lines = Array.from({ length: 13 }, (_, i) => {
    const y = 120 + i * 62
    const to = 560 + (i - 6) * 7
    return `M-20 ${y} C 260 ${y}, 330 ${to}, 900 ${to}`
  })
  return (
    <svg className="streams" viewBox="0 0 800 1000" preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {lines.map((d, i) => (
        <path key={d} d={d} fill="none" stroke={i === 8 ? '#f4a259' : '#bfe6dc'} strokeOpacity={i === 8 ? 0.9 : 0.12 + (i % 4) * 0.05} strokeWidth={i === 8 ? 3 : 2} />
      ))}
    </svg>
  )
}
