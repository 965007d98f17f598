import './browser.js'
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { page, settled, until } from './browser.js'

const { followTheme, lightness } = await import('../../widget/src/theme.js')
const html = document.documentElement
const host = document.createElement('div')
const root = document.createElement('div')
let stay
/** Longer than changes of the page are gathered. */
const PAUSE = 150

beforeEach(() => {
  document.body.append(host)
  stay = new AbortController()
  followTheme(host, root, stay.signal)
})
afterEach(() => {
  stay.abort()
  host.remove()
  for (const name of ['data-theme', 'class', 'style']) html.removeAttribute(name)
  document.body.removeAttribute('class')
  host.removeAttribute('theme')
})

const isDark = () => root.classList.contains('dark')

test("the page's own switch is followed live, whatever it is called", async () => {
  assert.equal(isDark(), false)
  html.setAttribute('data-theme', 'dark')
  await until(isDark)
  html.setAttribute('data-theme', 'light')
  await until(() => !isDark())
  html.removeAttribute('data-theme')
  html.className = 'js dark'
  await until(isDark)
  html.className = ''
  document.body.className = 'theme-dark'
  await until(isDark)
})

test('classes that only sound like a switch are none', async () => {
  document.body.className = 'text-dark bg-dark darkroom'
  await settled(PAUSE)
  stay.abort()
  stay = new AbortController()
  followTheme(host, root, stay.signal)
  assert.equal(isDark(), false)
})

test("the owner's attribute stands above the page", async () => {
  host.setAttribute('theme', 'dark')
  await until(isDark)
  html.setAttribute('data-theme', 'light')
  await settled(PAUSE)
  assert.equal(isDark(), true)
})

test('a style sheet that comes after the script is seen', () => {
  host.style.color = 'rgb(240, 240, 240)'
  assert.equal(isDark(), false)
  page.dispatchEvent(new Event('load'))
  assert.equal(isDark(), true)
  host.removeAttribute('style')
})

test('nothing is left in the host element', () => {
  assert.equal(host.childNodes.length, 0)
})

test('after its end it follows no more', async () => {
  stay.abort()
  html.setAttribute('data-theme', 'dark')
  await settled(PAUSE)
  assert.equal(isDark(), false)
})

test('the lightness of colours is known as rgb and as oklch', () => {
  assert.equal(lightness('rgb(255, 255, 255)').toFixed(2), '1.00')
  assert.equal(lightness('rgba(0, 0, 0, 0.5)'), 0)
  assert.ok(lightness('oklch(0.9 0.05 200)') > 0.7)
  assert.ok(Number.isNaN(lightness('color(srgb 1 1 1)')))
  assert.ok(Number.isNaN(lightness('')))
})
