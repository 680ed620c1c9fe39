// The console's icons: one stroke, drawn for it.
const paths = {
  home: 'M4 11.5 12 5l8 6.5V19a1 1 0 0 1-1 1h-4.5v-5h-5v5H5a1 1 0 0 1-1-1z',
  org: 'M5 20V6l7-2.5V20M12 9h7v11M3 20h18M8 9h1M8 12.5h1M8 16h1M15.5 12.5h.5M15.5 16h.5',
  people: 'M9 11a3.2 3.2 0 1 0 0-6.4A3.2 3.2 0 0 0 9 11ZM3 19.5c.4-3.4 2.8-5.3 6-5.3s5.6 1.9 6 5.3M15.5 5a3 3 0 0 1 0 5.7M17.6 14.7c2 .7 3.1 2.4 3.4 4.8',
  audit: 'M7 4h10v16l-2.5-1.6L12 20l-2.5-1.6L7 20zM10 8.5h4M10 12h4',
  key: 'M14.5 13.5a4.5 4.5 0 1 0-4-2.4L4 17.6V20h3v-2h2v-2h2l1.1-1.1c.7.4 1.5.6 2.4.6ZM16 8.2h.01',
  inbox: 'M4 13l2.5-8h11L20 13v6H4zM4 13h5l1.2 2.5h3.6L15 13h5',
  upload: 'M12 15V5M8 8.5 12 4.5l4 4M5 15v4h14v-4',
  download: 'M12 4.5V15M8 11.5l4 4 4-4M5 16v3.5h14V16',
  calendar: 'M5 6.5h14V20H5zM5 10.5h14M9 4v4M15 4v4M8.5 14h1M14.5 14h1M8.5 17h1',
  calc: 'M6 4h12v16H6zM9 7.5h6M9 12h.5M12 12h.5M15 12h.5M9 15.5h.5M12 15.5h.5M15 15.5h.5',
  policy: 'M6 4h9l3 3v13H6zM9 10h6M9 13.5h6M9 17h3.5',
  compare: 'M12 4v16M6.5 7.5h-3l3-2.5 M4 17h5M15 7h5M15 12h5M15 17h5M4 12h5',
  chart: 'M5 20V11M10 20V5M15 20v-7M20 20V8',
  claim: 'M6 4h12v16H6zM9 8.5h6M9 12h6M9.2 16l1.6 1.5 3.4-3.4',
  notice: 'M5 10v4l9 4V6zM14 9.2c2.2.3 3.3 1.3 3.3 2.8s-1.1 2.5-3.3 2.8M7 14.8V19h2.5v-3.2',
  pay: 'M4 7h16v11H4zM4 10.5h16M7.5 14.5h4',
  ledger: 'M6 4h13v16H6a1.5 1.5 0 0 1-1.5-1.5v-13A1.5 1.5 0 0 1 6 4ZM8.5 4v16M11.5 8.5h5M11.5 12h5',
  cockpit: 'M4.5 17.5a8.5 8.5 0 1 1 15 0M12 13l3.5-4.5M12 14.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2Z',
  bell: 'M6.5 16.5V11a5.5 5.5 0 0 1 11 0v5.5l1.5 1.5H5zM10 20.5h4',
  code: 'M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5M20 14v2.5M14 20h2.5M20 20h-.01M17 17h.01',
  search: 'M11 17a6 6 0 1 0 0-12 6 6 0 0 0 0 12ZM15.5 15.5 20 20',
  menu: 'M4 7h16M4 12h16M4 17h16',
  up: 'M7 14l5-5 5 5', down: 'M7 10l5 5 5-5', left: 'M14 7l-5 5 5 5', right: 'M10 7l5 5-5 5',
  both: 'M8 10l4-4 4 4M8 14l4 4 4-4',
  columns: 'M4 5.5h16v13H4zM9.3 5.5v13M14.7 5.5v13',
  print: 'M7 9V4h10v5M7 17H4.5V9h15v8H17M7 14h10v6H7z',
  plus: 'M12 5v14M5 12h14', close: 'M6 6l12 12M18 6 6 18', check: 'M5 12.5l4.5 4.5L19 7.5',
  clock: 'M12 20a8 8 0 1 0 0-16 8 8 0 0 0 0 16ZM12 7.5V12l3 2',
  shield: 'M12 4l7 2.5V12c0 4-2.8 6.8-7 8.5C7.8 18.8 5 16 5 12V6.5zM9 12l2.2 2.2L15.2 10',
  out: 'M10 5H5v14h5M14 8l4 4-4 4M18 12H9.5',
  phone: 'M6.5 4h3L11 8 9 9.5a10 10 0 0 0 5.5 5.5L16 13l4 1.5v3a2.5 2.5 0 0 1-2.5 2.5C10.6 20 4 13.4 4 6.5A2.5 2.5 0 0 1 6.5 4Z',
  file: 'M7 4h7l4 4v12H7zM14 4v4h4',
  warn: 'M12 4.5 21 19.5H3zM12 10v4.5M12 17v.01',
  gear: 'M12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM12 3.5v2.5M12 18v2.5M3.5 12H6M18 12h2.5M6 6l1.8 1.8M16.2 16.2 18 18M18 6l-1.8 1.8M7.8 16.2 6 18',
  flow: 'M3 7c5 0 6 5.5 11 5.5h7M3 18c5 0 6-5.5 11-5.5M3 12.5h4',
} as const

export type IconName = keyof typeof paths

/** Icon draws an icon; it says nothing to a screen reader, the text beside it does. */
export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.7" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true" focusable="false">
      <path d={paths[name]} />
    </svg>
  )
}
