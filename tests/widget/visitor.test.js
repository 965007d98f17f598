import './browser.js'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { comment } from './builders.js'

const { randomId, Visitor } = await import('../../widget/src/visitor.js')

const SERVER = 'https://comments.example.org'
const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 2)
const ANA = { name: 'Ana', email: 'ana@example.org', website: '', remember: true }
const stored = () => JSON.parse(localStorage.getItem(`afterword:${SERVER}`) || 'null')
const own = (more = {}) => ({ page: 1, token: 't', expires: NOW + 900, source: 'x', ...more })

beforeEach(() => localStorage.clear())

test('a reader who only reads leaves nothing behind', () => {
  const visitor = new Visitor(SERVER)
  visitor.held([1], () => false, NOW)
  assert.equal(visitor.own(1), undefined)
  assert.equal(localStorage.length, 0)
})

test('a name is kept on the device only if its owner wishes', () => {
  new Visitor(SERVER).introduce({ ...ANA, remember: false })
  assert.equal(stored().me, undefined)
  new Visitor(SERVER).introduce(ANA)
  assert.equal(new Visitor(SERVER).me.email, 'ana@example.org')
  new Visitor(SERVER).introduce({ ...ANA, remember: false })
  assert.equal(new Visitor(SERVER).me.email, '')
})

test('the visitor token is random, and stays the same', () => {
  const token = new Visitor(SERVER).token()
  assert.match(token, /^[A-Za-z0-9_-]{22,64}$/)
  assert.equal(new Visitor(SERVER).token(), token)
  assert.notEqual(new Visitor('https://other.example').token(), token)
})

test('own held comments are shown on their page until the thread has them', () => {
  const visitor = new Visitor(SERVER)
  const held = (names, shown = 0, now = NOW) => {
    return visitor.held(names, (id) => id === shown, now).map(({ id }) => id)
  }
  visitor.keep(7, own({ held: comment(7, { created_at: NOW }) }))
  assert.deepEqual(held([2, 'x']), [])
  assert.deepEqual(held([1]), [7])
  assert.deepEqual(held([1], 7), [])
  assert.deepEqual(held([1]), [])
  assert.equal(visitor.own(7)?.token, 't')
})

test('a held comment that no moderator has looked at goes after thirty days', () => {
  const visitor = new Visitor(SERVER)
  visitor.keep(7, own({ held: comment(7, { created_at: NOW }) }))
  assert.equal(visitor.held([1], () => false, NOW + 29 * DAY).length, 1)
  assert.equal(visitor.held([1], () => false, NOW + 31 * DAY).length, 0)
  assert.deepEqual(stored().own, {})
})

test('what has run out is forgotten', () => {
  const visitor = new Visitor(SERVER)
  visitor.keep(1, own({ expires: NOW - 1 }))
  visitor.keep(2, own({ expires: NOW + 1 }))
  visitor.keep(3, own({ expires: NOW - 1, held: comment(3, { created_at: NOW - DAY }) }))
  visitor.keep(4, own())
  visitor.keep(4, undefined)
  visitor.held([], () => false, NOW)
  assert.deepEqual(Object.keys(stored().own), ['2', '3'])
})

test('where storage is denied, memory serves', () => {
  const storage = globalThis.localStorage
  const denied = {
    get() {
      throw new Error('SecurityError')
    },
    configurable: true,
  }
  Object.defineProperty(globalThis, 'localStorage', denied)
  try {
    const visitor = new Visitor(SERVER)
    visitor.introduce(ANA)
    visitor.keep(1, own())
    visitor.keep(2, undefined)
    assert.equal(visitor.me.name, 'Ana')
    assert.equal(visitor.own(1)?.token, 't')
    assert.deepEqual(
      visitor.held([1], () => false, NOW),
      [],
    )
    assert.equal(visitor.token(), visitor.token())
  } finally {
    Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true })
  }
})

test('what somebody else put there does no harm', () => {
  for (const junk of ['{', '7', '"x"', 'null', '[]']) {
    localStorage.setItem(`afterword:${SERVER}`, junk)
    assert.equal(new Visitor(SERVER).me.name, '')
  }
})

test('ids are UUIDs, also where the page is not secure', () => {
  const ids = new Set(Array.from({ length: 500 }, randomId))
  assert.equal(ids.size, 500)
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})
