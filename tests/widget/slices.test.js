import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { page, serve, settled, until } from './browser.js'
import { comment, reply, slice } from './builders.js'

const { ThreadElement } = await import('../../widget/src/thread-element.js')
ThreadElement.server = 'https://comments.example.org'
ThreadElement.fetchWriter = async () => (await import('../../widget/src/writer/writer.js')).writer
ThreadElement.prototype.getBoundingClientRect = () => ({ top: 0, bottom: 10 })
customElements.define('afterword-comments', ThreadElement)

const COUNT = 100
const comments = []
for (let id = 1; id <= COUNT; id++) {
  const before = comments.at(-1)
  comments.push(id % 3 === 2 ? reply(id, before) : comment(id))
}
/** Idle moments that were asked for; a test lets them come. @type {(() => void)[]} */
let idle = []
let node
let heard

beforeEach(async () => {
  idle = []
  heard = []
  globalThis.requestIdleCallback = (draw) => idle.push(draw)
  serve(() => [200, slice(comments)])
  node = document.createElement('afterword-comments')
  node.addEventListener('afterword:ready', () => heard.push('ready'))
  document.body.append(node)
  await until(() => find('article'))
})
afterEach(async () => {
  node.remove()
  await settled()
  delete globalThis.requestIdleCallback
})

const find = (selector) => node.shadowRoot.querySelector(selector)
const drawn = () => [...node.shadowRoot.querySelectorAll('article')].map(({ id }) => id)
const all = comments.map(({ id }) => `comment-${id}`)

/** Lets idle moments come until nobody asks for one. */
function rest() {
  while (idle.length) idle.shift()()
}

test('a screenful first, without the form; the rest in idle moments, in order', () => {
  const first = drawn()
  assert.ok(first.length >= 10 && first.length < 30, String(first.length))
  assert.equal(find('form'), null)
  assert.deepEqual(heard, [])
  const nodes = [...node.shadowRoot.querySelectorAll('article')]
  rest()
  assert.deepEqual(drawn(), all)
  assert.deepEqual([...node.shadowRoot.querySelectorAll('article')].slice(0, nodes.length), nodes)
  assert.equal(find('#comment-50').closest('ol').parentNode, find('#comment-49').parentNode)
  assert.ok(find('form'))
  assert.deepEqual(heard, ['ready'])
})

test('a later comment that is asked for does not wait', async () => {
  assert.equal(await node.focusComment(COUNT), true)
  assert.deepEqual(drawn(), all)
  assert.equal(node.shadowRoot.activeElement.id, `comment-${COUNT}`)
  rest()
  assert.deepEqual(drawn(), all)
  assert.deepEqual(heard, ['ready'])
  assert.equal(node.shadowRoot.querySelectorAll('form').length, 1)
})

test('whoever wants to write does not wait for the form', () => {
  find('.bar button').click()
  assert.deepEqual(drawn(), all)
  assert.equal(node.shadowRoot.activeElement, find('textarea'))
})

test('a reply opens at once, and stays where it is', async () => {
  find('#comment-1 .reply').click()
  await until(() => find('li form'))
  const form = find('li form')
  assert.equal(node.shadowRoot.activeElement, form.querySelector('textarea'))
  rest()
  assert.equal(form.isConnected, true)
  assert.deepEqual(drawn(), all)
})

test('a thread that is read anew meanwhile is whole, once', async () => {
  serve(() => [200, slice(comments.slice(1))])
  await node.refresh()
  assert.deepEqual(drawn(), all.slice(1))
  rest()
  assert.deepEqual(drawn(), all.slice(1))
  assert.deepEqual(heard, ['ready'])
})

test('an element that leaves the page draws no more, and begins anew when it is back', async () => {
  node.remove()
  const before = drawn().length
  rest()
  assert.equal(drawn().length, before)
  assert.deepEqual(heard, [])
  document.body.append(node)
  await until(() => idle.length)
  rest()
  assert.deepEqual(drawn(), all)
  assert.deepEqual(heard, ['ready'])
})

test('another thread at the same element does not get the rest of the old one', async () => {
  serve(() => [200, slice([comment(500)])])
  node.setAttribute('url', '/lake')
  await until(() => find('#comment-500'))
  rest()
  assert.deepEqual(drawn(), ['comment-500'])
})

test('what is printed is the whole thread', () => {
  page.dispatchEvent(new Event('beforeprint'))
  assert.deepEqual(drawn(), all)
})
