import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { requests, serve } from './browser.js'
import { comment, reply, slice } from './builders.js'
import { ids, one, opened, SERVER, three, two, unread } from './stores.js'

beforeEach(() => localStorage.clear())

test('a thread is taken as it comes, and told once', async () => {
  const store = unread()
  let changes = 0
  store.changed = () => changes++
  serve(() => [200, slice([one, two, three], { count: 3, next: 'n' })])
  await store.load()
  assert.deepEqual([ids(store), store.count, store.next, changes], [[1, 2, 3], 3, 'n', 1])
  assert.equal(
    requests[0].url.href,
    `${SERVER}/api/v1/thread?url=https%3A%2F%2Fblog.example.org%2Friver`,
  )
  assert.deepEqual(Object.keys(requests[0].init), ['signal'])
})

test('the first failure is kept as the problem; a later one leaves the thread', async () => {
  const store = unread()
  serve(() => [0])
  await store.load()
  assert.deepEqual([store.problem?.code, store.site], ['network', null])
  serve(() => [200, slice([one])])
  await store.load()
  serve(() => [503, { code: 'unavailable', detail: 'Not now.' }])
  await store.load({ fresh: true })
  assert.deepEqual([store.problem?.message, ids(store)], ['Not now.', [1]])
})

test('an answer that comes after stop changes nothing', async () => {
  const store = unread()
  serve(() => [200, slice([one])])
  const loading = store.load()
  store.stop()
  await loading
  assert.deepEqual(ids(store), [])
})

test('more comments are put behind, without doubles', async () => {
  const store = await opened(slice([one, two], { next: 'n1' }), () => [200, slice([two, three])])
  await store.more()
  assert.equal(requests[0].url.searchParams.get('after'), 'n1')
  assert.deepEqual([ids(store), store.next], [[1, 2, 3], null])
})

test('folded replies come to their places under the comments that they answer', async () => {
  const folded = { ...one, more: { count: 3, after: 'r1' } }
  const four = reply(4, two)
  const five = reply(5, one)
  const store = await opened(slice([folded, two, three]), () => [
    200,
    slice([four, five], { next: 'r2' }),
  ])
  await store.more(store.find(1))
  assert.deepEqual(ids(store), [1, 2, 4, 5, 3])
  assert.deepEqual(store.find(1).more, { count: 1, after: 'r2' })
  serve(() => [200, slice([reply(6, one)])])
  await store.more(store.find(1))
  assert.equal(store.find(1).more, null)
})

test('the part around a comment says when it is not the beginning', async () => {
  const store = await opened(slice([one, two]), () => [200, slice([comment(70)])])
  await store.load({ around: 70 })
  assert.deepEqual([requests[0].url.searchParams.get('around'), store.partial], ['70', true])
  serve(() => [200, slice([one, two, three])])
  await store.load()
  assert.equal(store.partial, false)
})
