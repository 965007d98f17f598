import './browser.js'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { comment } from './builders.js'

const { Visitor } = await import('../../widget/src/visitor.js')

const SERVER = 'https://comments.example.org'
const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 2)
const stored = () => JSON.parse(localStorage.getItem(`afterword:${SERVER}`) || 'null')
const own = (more = {}) => ({ page: 1, token: 't', expires: NOW + 900, source: 'x', ...more })

beforeEach(() => localStorage.clear())

test('a reader who only reads leaves nothing behind', () => {
  const visitor = new Visitor(SERVER)
  visitor.held([1], () => false, NOW)
  assert.equal(visitor.own(1), undefined)
  assert.equal(localStorage.length, 0)
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
    visitor.change((memory) => {
      memory.token = 'mine'
    })
    visitor.keep(1, own())
    visitor.keep(2, undefined)
    assert.equal(visitor.own(1)?.token, 't')
    assert.deepEqual(
      visitor.held([1], () => false, NOW),
      [],
    )
    assert.equal(visitor.read().token, 'mine')
  } finally {
    Object.defineProperty(globalThis, 'localStorage', { value: storage, configurable: true })
  }
})

test('what somebody else put there does no harm', () => {
  for (const junk of ['{', '7', '"x"', 'null', '[]']) {
    localStorage.setItem(`afterword:${SERVER}`, junk)
    assert.equal(new Visitor(SERVER).me.name, undefined)
  }
})

test('visits are remembered for ninety days, and of a hundred pages', () => {
  const visitor = new Visitor(SERVER)
  visitor.visit(1, NOW - 91 * DAY)
  for (let page = 2; page < 110; page++) visitor.visit(page, NOW - page)
  visitor.visit(500, NOW)
  const { visits } = visitor.read()
  assert.equal(Object.keys(visits).length, 100)
  assert.equal(visits[500], NOW)
  assert.equal(visits[1], undefined)
  assert.equal(visitor.of('visits', 2), NOW - 2)
  assert.equal(visitor.of('visits', 109), undefined)
})
