import './browser.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { english } from '../../widget/words.mjs'

const { relativeTime, tellExactly } = await import('../../widget/src/relative-time.js')
const { speak } = await import('../../widget/src/messages.js')

/** As it speaks once the thread has brought its words. */
function spoken() {
  const t = speak('en')
  Object.assign(t.words, english)
  return t
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const NOW = new Date(2026, 2, 18, 1, 0).getTime()
const ago = (past) => relativeTime(NOW - past, NOW, spoken())

test('the first minute, and a clock that is ahead, are now', () => {
  assert.equal(ago(0), 'just now')
  assert.equal(ago(59_999), 'just now')
  assert.equal(ago(-5 * HOUR), 'just now')
})

test('minutes and hours go by the clock', () => {
  assert.equal(ago(MINUTE), '1 minute ago')
  assert.equal(ago(59 * MINUTE), '59 minutes ago')
  assert.equal(ago(HOUR), '1 hour ago')
  assert.equal(ago(23.9 * HOUR), '23 hours ago')
})

test('days go by the calendar', () => {
  assert.equal(ago(24 * HOUR), 'yesterday')
  assert.equal(ago(26 * HOUR), '2 days ago')
})

test('then weeks, months, years', () => {
  const days = (count) => ago(count * 24 * HOUR)
  assert.equal(days(7), 'last week')
  assert.equal(days(29), '4 weeks ago')
  assert.equal(days(40), 'last month')
  assert.equal(days(364), '11 months ago')
  assert.equal(days(365), 'last year')
  assert.equal(days(1500), '4 years ago')
})

test('the words are those of Intl.RelativeTimeFormat', () => {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const count of [1, 2, 3, 11]) {
    for (const unit of ['minute', 'hour', 'day', 'week', 'month', 'year']) {
      assert.equal(spoken()(`${unit}s`, { count }), format.format(-count, unit))
    }
  }
})

test('a month of 30 days and a year of 365 count as one', () => {
  const days = (count) => ago(count * 24 * HOUR)
  assert.equal(days(30), 'last month')
  assert.equal(days(366), 'last year')
})

test('a thousand is said as the language writes it', () => {
  assert.equal(spoken()('replies', { count: 1234 }), '1,234 replies')
  assert.equal(spoken()('replies', { count: 0 }), '0 replies')
})

test('the exact moment is told where the pointer is', () => {
  const time = document.createElement('time')
  time.setAttribute('datetime', '2026-01-05T12:00:00.000Z')
  tellExactly(time, 'en')
  assert.match(time.title, /January 5, 2026/)
  tellExactly(document.createElement('p'), 'en')
})

test('other languages have the browser’s own words', () => {
  const german = Object.assign(speak('de'), { lang: 'de' })
  const before = (past) => relativeTime(NOW - past, NOW, german)
  assert.deepEqual([0, MINUTE, 3 * HOUR, 24 * HOUR, 7 * 24 * HOUR].map(before), [
    'jetzt',
    'vor 1 Minute',
    'vor 3 Stunden',
    'gestern',
    'letzte Woche',
  ])
})

test('a word that nobody has brought is shown by its name', () => {
  assert.equal(speak('en')('leave'), 'leave')
  assert.equal(speak('en')('retry'), 'Try again')
})
