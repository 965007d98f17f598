import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { page, requests, serve, until } from '../browser.js'
import { comment, slice } from '../builders.js'
import * as thread from './form.js'

const { accept, active, control, find, form, GOOD, memory, open, press, send, type } = thread

beforeEach(async () => {
  await thread.forget()
  mock.method(console, 'error', () => {})
  await open()
})
afterEach(() => mock.restoreAll())

/** Tries to send, in vain. */
async function fail(answer = [0], text = GOOD) {
  serve(() => answer)
  type(text)
  send()
  await until(() => find('.unsent'))
}

const offline = (isSo) =>
  Object.defineProperty(page.navigator, 'onLine', { value: !isSo, configurable: true })

test('what the network swallows stays in its place, says why, and leaves the form free', async () => {
  await fail()
  assert.equal(find('.unsent').getAttribute('aria-label'), 'Not sent')
  assert.match(find('.unsent [role=status]').textContent, /Not sent: the comment server could not/)
  assert.match(find('.unsent').textContent, /Hello/)
  assert.equal(active().textContent, 'Try again')
  assert.deepEqual([control('body').value, control('name').value], ['', 'Ana'])
  assert.equal(find('form .error').textContent, '')
})

test('trying again sends the same comment, and the block gives way to it', async () => {
  await fail()
  const before = requests[0].body
  accept()
  await press('Try again')
  await until(() => find('#comment-9'))
  assert.deepEqual(requests[0].body, before)
  assert.equal(find('.unsent'), null)
  assert.deepEqual(memory().drafts, [])
  assert.match(thread.said(), /published/)
  assert.equal(active().id, 'comment-9')
})

for (const status of [408, 500, 503]) {
  test(`an answer of ${status} is no refusal: it can be tried again`, async () => {
    await fail([status, { detail: 'The database is busy.' }])
    assert.match(find('.unsent').textContent, /Not sent: The database is busy/)
  })
}

test('who was too fast hears when to try again', async () => {
  await fail([429, { code: 'too_many', detail: 'Slow.', retry_after: 41.2 }])
  assert.match(find('.unsent').textContent, /in 42 seconds/)
})

test('what the server refuses is no such thing: it stays in the form, and as a draft', async () => {
  serve(() => [403, { code: 'refused', detail: 'No more comments.' }])
  type(GOOD)
  send()
  await until(() => /No more comments/.test(form().textContent))
  assert.equal(find('.unsent'), null)
  assert.deepEqual(
    memory().drafts.map(({ body, unsent, me }) => [body, unsent, me]),
    [['Hello', undefined, undefined]],
  )
})

test('a refusal after all is said at the block, which stays', async () => {
  await fail()
  serve(() => [403, { code: 'refused', detail: 'No more comments.' }])
  await press('Try again')
  await until(() => /Not sent: No more comments/.test(find('.unsent').textContent))
  assert.equal(memory().drafts.length, 1)
})

test('it is there again after a reload, name included, and can be sent then', async () => {
  await fail()
  const before = requests[0].body
  await open()
  assert.match(find('.unsent').textContent, /Not sent.*Hello/)
  assert.equal(control('body').value, '')
  accept()
  await press('Try again')
  await until(() => find('#comment-9'))
  assert.deepEqual(requests[0].body, before)
  await open(slice([comment(9)]))
  assert.equal(find('.unsent'), null)
})

test('a page that goes while a comment is under way has it as not sent', async () => {
  serve((url) => (url.pathname.endsWith('comments') ? new Promise(() => {}) : [200, slice([])]))
  type(GOOD)
  send()
  await until(() => requests.length)
  await open()
  assert.match(find('.unsent').textContent, /Hello/)
})

test('a reply waits under what it answers, and its form is gone', async () => {
  find('#comment-1 .reply').click()
  await until(() => find('li form .send'))
  await fail()
  assert.ok(find('#comment-1 + .unsent'))
  assert.equal(find('li form'), null)
  assert.equal(active().textContent, 'Try again')
  await open()
  assert.ok(find('#comment-1 + .unsent'))
  await open(slice([comment(3)]))
  assert.ok(find('.unsent'))
})

test('copying says so; discarding forgets it', async () => {
  await fail()
  page.document.execCommand = (what) => what === 'copy'
  await press('Copy the text')
  page.document.execCommand = () => false
  assert.equal(active().textContent, 'Try again')
  assert.match(find('.unsent').textContent, /Copied/)
  assert.equal(thread.said(), 'Copied')
  await press('Discard', find('.unsent'))
  assert.equal(find('.unsent'), null)
  assert.deepEqual(memory().drafts, [])
  assert.equal(active(), find('h2'))
})

test('a device that is offline is told so, and when it is back; nothing is sent by itself', async () => {
  offline(true)
  await fail()
  const note = find('.unsent [role=status]')
  assert.match(note.textContent, /You are offline/)
  requests.length = 0
  offline(false)
  page.dispatchEvent(new page.Event('online'))
  assert.equal(note.textContent, 'Not sent: Try again')
  assert.equal(requests.length, 0)
})

test('an edit that fails stays in its form', async () => {
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9 .edit'))
  find('#comment-9 .edit').click()
  await until(() => find('li form .send'))
  serve(() => [0])
  type({ body: 'New' })
  send()
  await until(() => /Not sent/.test(form().textContent))
  assert.equal(control('body').value, 'New')
  assert.equal(find('.unsent'), null)
})
