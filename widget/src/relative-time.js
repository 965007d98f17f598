const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Making one takes longer than drawing a comment. @type {Map<string, ReturnType<typeof make>>} */
const formats = new Map()

/**
 * How long ago, in words: hours by the clock, days by the calendar of this device.
 * @param {number} at ms UTC
 * @param {number} now ms UTC
 * @param {string} locale
 * @returns {string} empty in the first minute
 */
export function relativeTime(at, now, locale) {
  const past = now - at
  if (past < MINUTE) return ''
  const format = formatsOf(locale).relative
  if (past < HOUR) return format.format(-Math.floor(past / MINUTE), 'minute')
  if (past < DAY) return format.format(-Math.floor(past / HOUR), 'hour')
  const days = Math.round((midnight(now) - midnight(at)) / DAY)
  if (days < 7) return format.format(-days, 'day')
  if (days < 30) return format.format(-Math.floor(days / 7), 'week')
  if (days < 365) return format.format(-Math.floor(days / 30.44), 'month')
  return format.format(-Math.floor(days / 365.25) || -1, 'year')
}

/**
 * The exact moment, for the title of a `<time>`.
 * @param {number} at ms UTC
 * @param {string} locale
 * @returns {string}
 */
export function exactTime(at, locale) {
  return formatsOf(locale).exact.format(at)
}

/**
 * Makes the formats ready. The first takes some 20 ms in Chromium, which are better spent while
 * the answer travels.
 * @param {string} locale
 */
export function formatsOf(locale) {
  const known = formats.get(locale) || make(locale)
  formats.set(locale, known)
  return known
}

/** @param {string} locale */
const make = (locale) => ({
  relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
  exact: new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short' }),
})

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
