// Instants and days as the city's clock shows them.

declare const unit: unique symbol
/** Instant is a point in time, in milliseconds. */
export type Instant = number & { readonly [unit]: 'ms' }
/** Day is a civil day, as YYYY-MM-DD. */
export type Day = string & { readonly [unit]: 'day' }

// The city's zone; it has no summer time.
const zone = 8 * 3_600_000

const parts = (at: Instant) => new Date(at + zone).toISOString()

/** day returns the civil day of an instant. */
export const day = (at: Instant): Day => parts(at).slice(0, 10) as Day

/** minute writes an instant to the minute: 2026-03-01 09:30. */
export const minute = (at: Instant): string => parts(at).slice(0, 16).replace('T', ' ')

/** second writes an instant to the second. */
export const second = (at: Instant): string => parts(at).slice(0, 19).replace('T', ' ')

// How far the platform's clock is ahead of this machine's.
let ahead = 0

/** setClock takes over the platform's clock, which deadlines are told by. */
export const setClock = (now: Instant): void => {
  if (Math.abs(now - Date.now() - ahead) > 30_000) ahead = now - Date.now()
}

/** now returns the instant on the platform's clock. */
export const now = (): Instant => (Date.now() + ahead) as Instant

/** today returns the city's civil day now. */
export const today = (): Day => day(now())

/** daysBetween counts days from one day to another; negative when it is past. */
export function daysBetween(from: Day, to: Day): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000)
}

/** startOf returns the instant at which a day begins. */
export const startOf = (on: Day, later = 0): Instant => (Date.parse(on) + later * 86_400_000 - zone) as Instant
