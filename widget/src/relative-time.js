const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** @typedef {import('./messages.js').Words} Words */

/**
 * How long ago, in words: hours by the clock, days by the calendar of this device. The words are
 * our own: to make an Intl.RelativeTimeFormat takes some 35 ms in Chromium, the first of all.
 * @param {number} at ms UTC
 * @param {number} now ms UTC
 * @param {Words} t
 * @returns {string}
 */
export function relativeTime(at, now, t) {
  const past = now - at
  if (past < MINUTE) return t('now')
  // A day of 25 hours is one, a month of 30 days and a year of 365 too.
  const say = (/** @type {import('./messages.js').Key} */ key, /** @type {number} */ count) =>
    t(key, { count: Math.floor(count) || 1 })
  if (past < DAY) return past < HOUR ? say('minutes', past / MINUTE) : say('hours', past / HOUR)
  const days = Math.round((midnight(now) - midnight(at)) / DAY)
  if (days < 7) return say('days', days)
  if (days < 30) return say('weeks', days / 7)
  return days < 365 ? say('months', days / 30.44) : say('years', days / 365.25)
}

/**
 * Names the exact moment where the pointer comes to rest on a `<time>`: for a hundred comments
 * ahead of that it would take 40 ms.
 * @param {Event} event
 * @param {string} locale
 */
export function tellExactly({ target }, locale) {
  const time = /** @type {Element} */ (target).closest('time')
  const style = /** @type {const} */ ({ dateStyle: 'long', timeStyle: 'short' })
  if (time) time.title ||= new Date(time.dateTime).toLocaleString(locale, style)
}

/** @param {number} ms */
const midnight = (ms) => new Date(ms).setHours(0, 0, 0, 0)

/** @type {Set<() => void>} */
const watchers = new Set()
/** @type {ReturnType<typeof setInterval> | undefined} */
let timer

/**
 * Calls back about once a minute while the page is seen; one timer serves all threads.
 * @param {() => void} watcher
 * @returns {() => void} ends it
 */
export function everyMinute(watcher) {
  watchers.add(watcher)
  timer ??= setInterval(() => {
    if (!document.hidden) for (const tick of watchers) tick()
  }, MINUTE)
  return () => {
    watchers.delete(watcher)
    if (watchers.size) return
    clearInterval(timer)
    timer = undefined
  }
}
