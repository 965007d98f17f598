import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { requests, until } from './browser.js'
import { comment, SITE, slice } from './builders.js'
import { cleanUp, openThread } from './threads.js'

afterEach(cleanUp)
const two = [comment(1), comment(2)]
const sortOf = (request) => request.url.searchParams.get('sort')

/** A thread whose server sorts. */
const open = (attributes, more = {}) =>
  openThread((url) => {
    const sort = url.searchParams.get('sort') || 'oldest'
    return [200, slice(sort === 'oldest' ? two : [...two].reverse(), { sort, ...more })]
  }, attributes)

async function choose(thread, order) {
  const select = thread.find('select')
  select.focus()
  select.value = order
  select.dispatchEvent(new Event('change'))
  await until(() => thread.said())
}

test('a choice reads the thread anew, is said, and keeps the focus', async () => {
  const thread = await open()
  assert.equal(thread.find('select').getAttribute('aria-label'), 'Order')
  await choose(thread, 'newest')
  assert.deepEqual(thread.ids(), [2, 1])
  assert.equal(thread.said(), 'Newest first')
  assert.equal(thread.focused(), thread.find('select'))
  assert.equal(thread.find('select').value, 'newest')
})

test('it is remembered on this device, before what the owner has set', async () => {
  const first = await open({ sort: 'oldest' })
  assert.equal(sortOf(requests[0]), 'oldest')
  await choose(first, 'newest')
  first.node.remove()
  const second = await open({ sort: 'oldest' })
  assert.equal(sortOf(requests[0]), 'newest')
  assert.equal(second.find('select').value, 'newest')
})

test('an order that could not be read is not shown as chosen', async () => {
  let isUp = true
  const thread = await openThread(() => (isUp ? [200, slice(two)] : [503, {}]))
  isUp = false
  await choose(thread, 'newest')
  assert.equal(thread.find('select').value, 'oldest')
  assert.match(thread.said(), /could not be loaded/)
})

test('the most liked come first only where there are votes; one comment has no order', async () => {
  const options = (thread) => thread.all('option').map(({ value }) => value)
  const liked = await open()
  assert.deepEqual(options(liked), ['oldest', 'newest', 'top'])
  const plain = await open({}, { site: { ...SITE, votes: 'off' } })
  assert.deepEqual(options(plain), ['oldest', 'newest'])
  assert.equal(plain.find('select').hidden, false)
  const single = await openThread(slice([comment(1)]))
  assert.equal(single.find('select').hidden, true)
})
