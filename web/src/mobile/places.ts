// The places on a phone: one line each. A page is a file and a line here.

/** Place is one page: where it is below /m, and whether it is an enterprise's own. */
export type Place = { path: string; file: () => Promise<{ default: React.ComponentType }>; own?: boolean }

export const places: Place[] = [
  { path: '/', file: () => import('./home') },
  { path: '/sign-in', file: () => import('./signin') },
]
