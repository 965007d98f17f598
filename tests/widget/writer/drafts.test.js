import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { requests, serve, settled, until } from '../browser.js'
import { comment, reply, slice } from '../builders.js'
import * as thread from './form.js'

const { accept, control, find, form, GOOD, KEY, memory, open, pause, press, send, type } = thread
const { Visitor } = await import('../../../widget/src/visitor.js')
const { draftsOf, keep } = await import('../../../widget/src/writer/drafts.js')

const DAY = 24 * 3600 * 1000

beforeEach(async () => {
  await thread.forget()
  await open()
})

test('what was typed is there again when the form opens, with a word about it', async () => {
  type({ body: 'Half a thought' })
  pause()
  await open()
  assert.equal(control('body').value, 'Half a thought')
  assert.match(form().textContent, /Your draft was kept/)
})

test('a draft is kept soon after typing pauses', async () => {
  type({ body: 'Half' })
  assert.equal(memory().drafts, undefined)
  await until(() => memory().drafts?.length === 1)
  assert.equal(memory().drafts[0].body, 'Half')
})

test('a kept draft holds no name and no address', async () => {
  type(GOOD)
  pause()
  assert.equal(memory().drafts[0].body, 'Hello')
  assert.doesNotMatch(localStorage.getItem(KEY), /Ana|example.org"/)
})

test('each page, each reply and each edit has its own draft', async () => {
  type({ body: 'To all' })
  pause()
  find('#comment-1 .reply').click()
  await until(() => find('li form .send'))
  type({ body: 'To one' })
  pause()
  await open()
  assert.equal(control('body').value, 'To all')
  find('#comment-3 .reply').click()
  await until(() => find('li form .send'))
  assert.equal(control('body').value, '')
  find('#comment-1 .reply').click()
  await until(() => find('#comment-1 + form .send'))
  assert.equal(find('#comment-1 + form textarea').value, 'To one')
  assert.equal(memory().drafts.length, 2)
})

test('an edit that was begun is taken up again; one that changes nothing is no draft', async () => {
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9 .edit'))
  const mine = slice([comment(9)])
  const edit = async () => {
    find('#comment-9 .edit').click()
    await until(() => find('li form .send'))
  }
  await open(mine)
  await edit()
  type({ body: 'Hello' })
  pause()
  assert.equal(memory().drafts.length, 0)
  type({ body: 'Hello again' })
  pause()
  await open(mine)
  await edit()
  assert.equal(control('body').value, 'Hello again')
  await press('Discard', form())
  assert.equal(control('body').value, 'Hello')
  assert.equal(memory().drafts.length, 0)
})

test('discard empties the form and forgets the draft', async () => {
  type({ body: 'Half' })
  pause()
  await open()
  await press('Discard')
  assert.equal(control('body').value, '')
  assert.equal(thread.active(), control('body'))
  assert.deepEqual(memory().drafts, [])
  assert.doesNotMatch(form().textContent, /draft/)
})

test('what is typed before the draft has come stays too', async () => {
  type({ body: 'Half a ' })
  pause()
  await thread.close()
  serve(() => [200, slice([])])
  const node = document.createElement('afterword-comments')
  document.body.append(node)
  const field = await until(() => node.shadowRoot.querySelector('textarea'))
  field.value = 'thought'
  field.focus()
  await until(() => node.shadowRoot.querySelector('.send'))
  assert.equal(field.value, 'Half a thought')
  node.remove()
})

test('a sent comment leaves no draft, whatever was still waiting', async () => {
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9'))
  pause()
  assert.deepEqual(memory().drafts, [])
  await settled()
})

test('a draft that is taken up again is the same comment', async () => {
  type(GOOD)
  pause()
  const { client_id } = memory().drafts[0]
  await open()
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9'))
  assert.equal(requests[0].body.client_id, client_id)
})

test('the newest twenty are kept, for thirty days, and what waits to be sent besides', () => {
  const store = { visitor: new Visitor('https://x.example'), pageName: () => 'p' }
  const draft = (client_id, at, more) =>
    keep(store, { page: 'p', body: 'x', parent: null, client_id, at, ...more })
  draft('waits', 0, { unsent: true })
  for (let at = 1; at <= 25; at++) draft(`c${at}`, at)
  const names = () => draftsOf(store).map(({ client_id }) => client_id)
  assert.equal(names().length, 21)
  assert.deepEqual([names()[0], names()[19], names()[20]], ['c25', 'c6', 'waits'])
  draft('late', 30 * DAY + 20)
  assert.deepEqual(names(), ['late', 'c25', 'c24', 'c23', 'c22', 'c21'])
})

test('a reply that waits for its parent is not the draft of another place', async () => {
  type({ body: 'x' })
  pause()
  await open(slice([one(), reply(2, one())]))
  assert.equal(control('body').value, 'x')
})

function one() {
  return comment(1)
}
