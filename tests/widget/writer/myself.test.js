import '../browser.js'
import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'

const { Visitor } = await import('../../../widget/src/visitor.js')
const { introduce, randomId, visitorToken } = await import('../../../widget/src/writer/myself.js')

const SERVER = 'https://comments.example.org'
const ANA = { name: 'Ana', email: 'ana@example.org', website: '', remember: true }
const stored = () => JSON.parse(localStorage.getItem(`afterword:${SERVER}`) || 'null')

beforeEach(() => localStorage.clear())

test('a name is kept on the device only if its owner wishes', () => {
  introduce(new Visitor(SERVER), { ...ANA, remember: false })
  assert.equal(stored().me, undefined)
  introduce(new Visitor(SERVER), ANA)
  assert.equal(new Visitor(SERVER).me.email, 'ana@example.org')
  introduce(new Visitor(SERVER), { ...ANA, remember: false })
  assert.equal(new Visitor(SERVER).me.email, undefined)
})

test('the visitor token is random, and stays the same', () => {
  const token = visitorToken(new Visitor(SERVER))
  assert.match(token, /^[A-Za-z0-9_-]{22,64}$/)
  assert.equal(visitorToken(new Visitor(SERVER)), token)
  assert.notEqual(visitorToken(new Visitor('https://other.example')), token)
})

test('ids are UUIDs, also where the page is not secure', () => {
  const ids = new Set(Array.from({ length: 500 }, randomId))
  assert.equal(ids.size, 500)
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  }
})
