const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** @typedef {import('./messages.js').Words} Words */
/** @typedef {'now' | 'minutes' | 'hours' | 'days' | 'weeks' | 'months' | 'years'} Unit */

/**
 * How long ago, in words: hours by the clock, days by the calendar of this device. English has its
 * own words: to make an Intl.RelativeTimeFormat takes some 35 ms in Chromium, the first of all.
 * @param {number} at ms UTC
 * @param {number} now ms UTC
 * @param {Words} t
 * @returns {string}
 */
export function relativeTime(at, now, t) {
  const past = now - at
  // A day of 25 hours is one, a month of 30 days and a year of 365 too.
  const say = (/** @type {Unit} */ unit, /** @type {number} */ count) =>
    tell(unit, Math.floor(count) || 1, t)
  if (past < MINUTE) return tell('now', 0, t)
  if (past < DAY) return past < HOUR ? say('minutes', past / MINUTE) : say('hours', past / HOUR)
  const days = Math.round((midnight(now) - midnight(at)) / DAY)
  if (days < 7) return say('days', days)
  if (days < 30) return say('weeks', days / 7)
  return days < 365 ? say('months', days / 30.44) : say('years', days / 365.25)
}

/**
 * @param {Unit} unit
 * @param {number} count
 * @param {Words} t
 */
function tell(unit, count, t) {
  if (!t.lang) return t(unit, { count })
  t.times ||= new Intl.RelativeTimeFormat(t.lang, { numeric: 'auto' })
  return t.times.format(-count, unit === 'now' ? 'seconds' : unit)
}

/**
 * Names the exact moment where the pointer comes to rest on a `<time>`: for a hundred comments
 * ahead of that it would take 40 ms.
 * @param {Element} target
 * @param {string} locale
 */
export function tellExactly(target, locale) {
  const time = target.closest('time')
  const style = /** @type {const} */ ({ dateStyle: 'long', timeStyle: 'short' })
  if (time) time.title ||= new Date(time.dateTime).toLocaleString(locale, style)
}

/** @param {number} ms */
const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0)
