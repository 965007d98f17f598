import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { requests, serve } from '../browser.js'
import { comment, reply, slice } from '../builders.js'
import { ADDRESS, ids, one, opened, SERVER, three, two } from '../stores.js'

const { Visitor } = await import('../../../widget/src/visitor.js')
const { remove, revise, submit } = await import('../../../widget/src/writer/writes.js')

const DRAFT = {
  body: 'Hello',
  me: { name: 'Ana', email: '', trap: '', remember: false },
  parent: null,
  client_id: 'c1',
}

beforeEach(() => localStorage.clear())

const accept = (made) => () => [
  made.status === 'approved' ? 201 : 202,
  { comment: made, author_token: 'tok', expires_at: Date.now() + 900_000 },
]

test('a published comment is counted and remembered as ours', async () => {
  const made = comment(9, { source: 'Hello' })
  const store = await opened(slice([one]), accept(made))
  await submit(store, DRAFT)
  assert.deepEqual([ids(store), store.count], [[1, 9], 2])
  const { body } = requests[0]
  assert.match(body.visitor_token, /^[\w-]{22,}$/)
  delete body.visitor_token
  assert.deepEqual(body, {
    ...{ url: ADDRESS.url, title: 'The river', name: 'Ana', email: '', body: 'Hello' },
    ...{ parent: null, client_id: 'c1', trap: '' },
  })
  assert.equal(requests[0].init.credentials, 'omit')
  assert.equal(new Visitor(SERVER).own(9).token, 'tok')
})

test('the depth of what comes alone is that of its place', async () => {
  const store = await opened(slice([one, two]), accept(reply(9, two, { depth: 1 })))
  await submit(store, { ...DRAFT, parent: 2 })
  assert.equal(store.find(9).depth, 2)
  serve(() => [200, { comment: comment(9, { depth: 0, reply_count: 0, source: 'New' }) }])
  await revise(store, 9, 'New')
  assert.equal(store.find(9).depth, 2)
})

test('the same submit twice is one comment', async () => {
  const store = await opened(slice([one]), accept(comment(9)))
  await submit(store, DRAFT)
  await submit(store, DRAFT)
  assert.deepEqual([ids(store), store.count], [[1, 9], 2])
})

test('a reply goes behind the other replies, a new comment on top where the newest is first', async () => {
  const store = await opened(slice([three, one, two], { sort: 'newest' }), accept(reply(9, one)))
  await submit(store, { ...DRAFT, parent: 1 })
  serve(accept(comment(10)))
  await submit(store, DRAFT)
  assert.deepEqual(ids(store), [10, 3, 1, 2, 9])
})

test('a comment of ours moves to its true place when a slice brings it', async () => {
  const store = await opened(slice([one], { next: 'n' }), accept(comment(9)))
  await submit(store, DRAFT)
  serve(() => [200, slice([three, comment(9)])])
  await store.more()
  assert.deepEqual(ids(store), [1, 3, 9])
})

test('a held comment is not counted, and is there after a reload until the thread has it', async () => {
  const held = reply(9, one, { status: 'pending', created_at: Date.now() })
  const store = await opened(slice([one, two, three]), accept(held))
  await submit(store, { ...DRAFT, parent: 1 })
  assert.deepEqual([ids(store), store.count], [[1, 2, 9, 3], 3])
  const again = await opened(slice([one, two, three]))
  assert.deepEqual(ids(again), [1, 2, 9, 3])
  assert.equal(again.find(9).status, 'pending')
  const approved = { ...held, status: 'approved' }
  const later = await opened(slice([one, two, approved, three]))
  assert.deepEqual([ids(later), later.find(9).status], [[1, 2, 9, 3], 'approved'])
  assert.deepEqual(ids(await opened(slice([one, two]))), [1, 2])
})

test('the first held comment of a page without an id is found again', async () => {
  const nobody = slice([], { page: { id: null, url: ADDRESS.url, title: null, closed: false } })
  const store = await opened(
    nobody,
    accept(comment(9, { status: 'pending', created_at: Date.now() })),
  )
  await submit(store, DRAFT)
  assert.deepEqual(ids(await opened(slice([]))), [9])
})

test('an edit sends the author token, and a held one is no longer counted', async () => {
  const store = await opened(slice([one]), accept(comment(9)))
  await submit(store, DRAFT)
  serve(() => [200, { comment: comment(9, { status: 'pending', source: 'New' }) }])
  await revise(store, 9, 'New')
  const { url, init, body } = requests[0]
  assert.deepEqual(
    [init.method, url.pathname, init.headers.Authorization, body],
    ['PATCH', '/api/v1/comments/9', 'Bearer tok', { body: 'New' }],
  )
  assert.deepEqual([store.count, new Visitor(SERVER).own(9).source], [1, 'New'])
})

test('a deleted comment goes; an answered one leaves its place', async () => {
  const store = await opened(slice([]), accept(comment(9)))
  await submit(store, DRAFT)
  serve(accept(reply(10, comment(9))))
  await submit(store, { ...DRAFT, parent: 9 })
  serve((url) => [
    200,
    { comment: comment(Number(url.pathname.split('/').pop()), { status: 'removed' }) },
  ])
  await remove(store, 9)
  assert.deepEqual([ids(store), store.find(9).author, store.count], [[9, 10], null, 1])
  await remove(store, 10)
  assert.deepEqual([ids(store), store.count], [[9], 0])
})

test('a problem carries what the server said', async () => {
  const said = { code: 'too_many', detail: 'Slow.', retry_after: 7, errors: [{ field: 'body' }] }
  const store = await opened(slice([]), () => [429, said])
  const problem = await submit(store, DRAFT).catch((error) => error)
  assert.deepEqual(
    [problem.status, problem.code, problem.message, problem.retry_after, problem.errors.length],
    [429, 'too_many', 'Slow.', 7, 1],
  )
})
