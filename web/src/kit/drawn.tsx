// The drawing of charts; loaded only where one is shown (see chart.tsx).
import { BarChart, HeatmapChart, LineChart, ScatterChart } from 'echarts/charts'
import { GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { SVGRenderer } from 'echarts/renderers'
import { useEffect, useRef } from 'react'
import { font } from './theme'

use([BarChart, HeatmapChart, LineChart, ScatterChart, GridComponent, TooltipComponent, VisualMapComponent, SVGRenderer])

export default function Drawn({ option, height, onPick }: { option: EChartsCoreOption; height: number; onPick?: (name: string) => void }) {
  const box = useRef<HTMLDivElement>(null)
  const chart = useRef<ReturnType<typeof init>>(null)
  const pick = useRef(onPick)
  pick.current = onPick
  useEffect(() => {
    const c = init(box.current!, undefined, { renderer: 'svg' })
    chart.current = c
    c.on('click', (e) => pick.current?.(String(e.name)))
    const watch = new ResizeObserver(() => c.resize())
    watch.observe(box.current!)
    return () => {
      watch.disconnect()
      c.dispose()
    }
  }, [])
  useEffect(() => {
    chart.current?.setOption({ textStyle: { fontFamily: font }, animationDuration: 250, ...option }, true)
  }, [option])
  return <div ref={box} className="chart" style={{ height }} aria-hidden="true" />
}
