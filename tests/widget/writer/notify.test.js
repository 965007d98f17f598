import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { requests, settled, until } from '../browser.js'
import { slice } from '../builders.js'
import {
  accept,
  close,
  control,
  find,
  forget,
  form,
  GOOD,
  memory,
  open,
  pause,
  send,
  type,
} from './form.js'

beforeEach(async () => {
  mock.restoreAll()
  await forget()
  await open()
})
test.after(close)

/** Somebody types, and stops for a moment. */
async function write(fields) {
  type(fields)
  pause()
  await settled()
}

/** Posts what stands in the form; what was sent. */
async function post() {
  accept()
  send()
  await until(() => find('#comment-9'))
  return requests.at(-1).body
}

test('nobody is asked about mails before there is an address', async () => {
  await write({ body: 'Hello', name: 'Ana' })
  assert.equal(control('notify'), null)
})

test('with an address a native list asks, and what is chosen is sent in the language of the page', async () => {
  await write(GOOD)
  const select = control('notify')
  const label = select.closest('label')
  assert.match(label.textContent, /Notify me by email/)
  assert.deepEqual(
    [...select.options].map(({ value, textContent }) => [value, textContent]),
    [
      ['', 'No emails'],
      ['replies', 'Replies to this comment'],
      ['thread', 'All new comments on this page'],
    ],
  )
  assert.equal(select.value, '')
  await write({ name: 'Ana B.' })
  assert.equal(form().querySelectorAll('select').length, 1)
  select.value = 'thread'
  const sent = await post()
  assert.deepEqual([sent.notify, sent.lang], ['thread', 'en'])
})

test('the language is that of the words', async () => {
  await open(slice([], { lang: 'de', words: { reply: 'Antworten' } }))
  await write(GOOD)
  control('notify').value = 'replies'
  assert.equal((await post()).lang, 'de')
})

test('the choice is remembered with the address, if that is', async () => {
  await write(GOOD)
  control('notify').value = 'replies'
  form().querySelector('.remember input').checked = true
  await post()
  assert.equal(memory().me.notify, 'replies')
  await open()
  await write({ body: 'Again' })
  assert.equal(control('notify').value, 'replies')
})
