/** browser says which browser an agent names, as far as one can tell. */
export function browser(agent: string): string {
  const name = [
    [/MicroMessenger/, 'WeChat'], [/Edg\//, 'Edge'], [/Firefox\//, 'Firefox'], [/HeadlessChrome\/|Chrome\/|CriOS\//, 'Chrome'], [/Safari\//, 'Safari'],
  ].find(([re]) => (re as RegExp).test(agent))?.[1]
  const system = [
    [/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS X/, 'macOS'], [/Linux/, 'Linux'],
  ].find(([re]) => (re as RegExp).test(agent))?.[1]
  return [name, system].filter(Boolean).join(' · ') || agent || '—'
}
