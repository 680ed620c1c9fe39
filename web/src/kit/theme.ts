// The colours and measures of the console. Text on its ground has a contrast of
// at least 4.5 : 1 everywhere.
import type { ThemeConfig } from 'antd'

export const colour = {
  ink: '#1b2a29',
  quiet: '#50605e',
  line: '#dbe3e0',
  ground: '#f3f6f4',
  surface: '#ffffff',
  brand: '#0b6b66',
  brandDeep: '#074e4a',
  brandSoft: '#e2f0ed',
  tangerine: '#b54e08',
  tangerineSoft: '#fdeedf',
  good: '#1d7440',
  goodSoft: '#e4f3e8',
  bad: '#b3261e',
  badSoft: '#fbe9e7',
  info: '#1f5c99',
  infoSoft: '#e5eff9',
} as const

export const font =
  '"PingFang SC", "Hiragino Sans GB", "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif'

export const theme: ThemeConfig = {
  token: {
    colorPrimary: colour.brand,
    colorInfo: colour.info,
    colorSuccess: colour.good,
    colorWarning: colour.tangerine,
    colorError: colour.bad,
    colorLink: colour.brand,
    colorLinkHover: colour.brand, // the line under it tells
    colorText: colour.ink,
    colorTextSecondary: colour.quiet,
    colorTextDescription: colour.quiet,
    colorTextPlaceholder: '#66736f',
    colorTextDisabled: '#66736f',
    colorBorder: '#b9c6c2',
    colorBorderSecondary: colour.line,
    colorBgLayout: colour.ground,
    borderRadius: 7,
    fontFamily: font,
    fontSize: 14,
    controlHeight: 34,
    motion: !matchMedia('(prefers-reduced-motion: reduce)').matches, // what waits for the end of a motion must know that there is none
    motionDurationMid: '0.12s',
    motionDurationSlow: '0.18s',
  },
  components: {
    Button: { primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none' },
    Form: { itemMarginBottom: 18, verticalLabelPadding: '0 0 4px' },
    Modal: { titleFontSize: 17 },
    Tabs: { horizontalMargin: '0 0 16px' },
  },
}
