import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { observers, page } from './browser.js'
import { comment, PAGE, reply, slice } from './builders.js'
import { cleanUp, openThread } from './threads.js'

const KEY = 'afterword:https://comments.example.org'
const DAY = 24 * 3600 * 1000
const old = comment(1)
const fresh = reply(2, old, { created_at: Date.now() - 1000 })
const newest = comment(3, { created_at: Date.now() - 500 })
const memory = () => JSON.parse(localStorage.getItem(KEY) || '{}')
const remember = (what) => localStorage.setItem(KEY, JSON.stringify(what))
afterEach(cleanUp)

/** Somebody reads the thread, and leaves. */
async function visit(answer, attributes) {
  const shown = await openThread(answer, attributes)
  for (const observer of observers) observer.arrive()
  shown.node.remove()
}

test('a visit is remembered when it ends, and what was written since then is marked by a word', async () => {
  await visit(slice([old]))
  assert.ok(Date.now() - memory().visits[1] < 5000)
  remember({ visits: { 1: Date.now() - DAY } })
  const { find, all } = await openThread(slice([old, fresh, newest]))
  assert.match(find('.news').textContent, /^2 new since your last visit/)
  assert.deepEqual(
    all('.new').map(({ id }) => id),
    ['comment-2', 'comment-3'],
  )
  assert.match(find('#comment-2 header').textContent, /new/)
  assert.doesNotMatch(find('#comment-1 header').textContent, /new/)
})

test('the button and the key n go from one to the next, and begin again', async () => {
  remember({ visits: { 1: Date.now() - DAY } })
  const { find, button, focused } = await openThread(slice([old, fresh, newest]))
  const press = (target, more = {}) =>
    target.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true, ...more }))
  button('Next new comment').click()
  assert.equal(focused().id, 'comment-2')
  press(focused())
  assert.equal(focused().id, 'comment-3')
  press(focused(), { ctrlKey: true })
  press(find('textarea'))
  press(find('select'))
  assert.equal(focused().id, 'comment-3')
  press(focused())
  assert.equal(focused().id, 'comment-2')
})

test('on a first visit nothing is new, and never what is our own', async () => {
  const first = await openThread(slice([old, fresh]))
  assert.equal(first.find('.news').textContent, '')
  first.node.remove()
  const own = { 2: { page: 1, token: 't', expires: Date.now() + DAY, source: 'x' } }
  remember({ visits: { 1: Date.now() - DAY }, own })
  const { find } = await openThread(slice([old, fresh]))
  assert.equal(find('.news').textContent, '')
  assert.equal(find('.new'), null)
})

test('pages without comments, and pages of an owner who does not wish it, are not remembered', async () => {
  await visit(slice([], { page: { ...PAGE, id: null } }))
  await visit(slice([]))
  await visit(slice([old]), { visits: 'off' })
  assert.equal(localStorage.getItem(KEY), null)
})

test('who never came near the thread has not read it', async () => {
  const { node } = await openThread(slice([old]))
  node.remove()
  assert.equal(memory().visits, undefined)
})

test('a page that is hidden ends the visit, as phones end pages without a word', async () => {
  await openThread(slice([old]))
  for (const observer of observers) observer.arrive()
  assert.equal(memory().visits, undefined)
  Object.defineProperty(document, 'hidden', { value: true, configurable: true })
  document.dispatchEvent(new page.Event('visibilitychange'))
  Object.defineProperty(document, 'hidden', { value: false, configurable: true })
  assert.ok(memory().visits[1])
})
