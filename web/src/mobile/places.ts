// The places on a phone: one line each. A page is a file and a line here.

/** Place is one page: where it is below /m, and whether it is an enterprise's own. */
export type Place = { path: string; file: () => Promise<{ default: React.ComponentType }>; own?: boolean }

export const places: Place[] = [
  { path: '/', file: () => import('./home') },
  { path: '/scan/:token', file: () => import('./scan') },
  { path: '/apply', file: () => import('./apply/apply') },
  { path: '/applications', file: () => import('./applications'), own: true },
  { path: '/applications/:id', file: () => import('./application'), own: true },
  { path: '/applications/:id/again', file: () => import('./again'), own: true },
  { path: '/offers/:id', file: () => import('./offer'), own: true },
  { path: '/loans', file: () => import('./loans'), own: true },
  { path: '/loans/:id', file: () => import('./loan'), own: true },
  { path: '/messages', file: () => import('./messages'), own: true },
  { path: '/benefits', file: () => import('./benefits'), own: true },
  { path: '/ratings', file: () => import('./ratings'), own: true },
  { path: '/white-lists', file: () => import('./whitelists'), own: true },
  { path: '/data', file: () => import('./data'), own: true },
  { path: '/calculator', file: () => import('./calculator') },
  { path: '/sign-in', file: () => import('./signin') },
]
