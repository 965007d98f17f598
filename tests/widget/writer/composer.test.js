import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { page, requests, serve, settled, until } from '../browser.js'
import { comment, reply, SITE, slice } from '../builders.js'
import {
  accept,
  active,
  close,
  control,
  find,
  forget,
  form,
  GOOD,
  one,
  open,
  pause,
  said,
  send,
  type,
} from './form.js'

beforeEach(async () => {
  await forget()
  mock.method(console, 'error', () => {})
  await open()
})
afterEach(async () => {
  await close()
  mock.restoreAll()
})

const error = (name) => find(`#${control(name).getAttribute('aria-describedby')}`).textContent

/** Presses a button, and lets what it asks for be done. */
async function press(selector) {
  find(selector).click()
  await settled(0)
}

test('what is missing is said at its field, and the first one gets the focus', async () => {
  type({ body: 'Hello', website: 'not a site' })
  send()
  assert.equal(requests.length, 0)
  assert.match(error('name'), /fill in/)
  assert.match(error('email'), /fill in/)
  assert.match(error('website'), /https:\/\/example\.org/)
  assert.equal(error('body'), '')
  assert.equal(control('name').getAttribute('aria-invalid'), 'true')
  assert.equal(active(), control('name'))
  type({ name: 'A' })
  assert.deepEqual([error('name'), control('name').getAttribute('aria-invalid')], ['', 'false'])
})

test('an email address without a host, and a text that is too long, are said', async () => {
  type({ ...GOOD, body: '😀'.repeat(1001), email: 'ana' })
  send()
  assert.match(error('email'), /ana@example\.org/)
  assert.match(error('body'), /1 character too long/)
})

test('the fields are those that the site asks for', async () => {
  const fields = { name: 'optional', email: 'hidden', website: 'hidden' }
  await open(slice([], { site: { ...SITE, fields } }))
  assert.equal(control('email'), null)
  assert.doesNotMatch(form().textContent, /email/)
  accept()
  type({ body: 'Hello' })
  send()
  await until(() => find('#comment-9'))
})

test('a comment is sent, shown and announced, and the form is ready for another', async () => {
  accept()
  type({ ...GOOD, website: 'ana.example' })
  const first = control('body')
  send()
  assert.match(form().textContent, /Sending/)
  send()
  await until(() => find('#comment-9'))
  assert.equal(requests.length, 1)
  assert.equal(requests[0].body.website, 'https://ana.example')
  assert.equal(requests[0].body.trap, '')
  assert.equal(first.value, '')
  assert.equal(control('name').value, 'Ana')
  assert.match(said(), /published/)
  assert.equal(active().id, 'comment-9')
  const before = requests[0].body.client_id
  type({ body: 'Again' })
  send()
  await until(() => requests.length === 2)
  assert.notEqual(requests[1].body.client_id, before)
})

test('a held comment says that it waits', async () => {
  accept({ status: 'pending' })
  type(GOOD)
  send()
  await until(() => find('#comment-9'))
  assert.ok(find('#comment-9').classList.contains('held'))
  assert.match(find('#comment-9').textContent, /waiting for approval/)
  assert.match(said(), /waiting for approval/)
})

test('what the server finds wrong stands at its field', async () => {
  const errors = [
    { field: 'email', code: 'blocked', message: 'Not this one.' },
    { field: 'unknown', code: 'x', message: 'x' },
  ]
  serve(() => [422, { code: 'invalid', detail: 'Wrong.', errors }])
  type(GOOD)
  send()
  await until(() => error('email'))
  assert.equal(error('email'), 'Not this one.')
  assert.equal(active(), control('email'))
})

test('what has no field is said below, and the text stays', async () => {
  serve(() => [403, { code: 'refused', detail: 'This page takes no more comments.' }])
  type(GOOD)
  send()
  await until(() => /takes no more comments/.test(form().textContent))
  assert.equal(control('body').value, 'Hello')
})

test('a reply form opens in place, and cancel keeps what was typed', async () => {
  await press('#comment-1 .reply')
  const reply = find('li form')
  assert.equal(reply.previousElementSibling.id, 'comment-1')
  assert.equal(active(), control('body'))
  type({ body: 'half' })
  await press('li form .send .button')
  assert.equal(find('li form'), null)
  assert.equal(active(), find('#comment-1 .reply'))
  await press('#comment-1 .reply')
  assert.equal(control('body').value, 'half')
  accept()
  type(GOOD)
  send()
  await until(() => find('li li #comment-9'))
  assert.equal(requests[0].body.parent, 1)
  assert.equal(find('li form'), null)
  await press('#comment-1 .reply')
  assert.deepEqual([control('body').value, control('name').value], ['', 'Ana'])
})

test('Ctrl+Enter sends', async () => {
  accept()
  type(GOOD)
  const keys = { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }
  control('body').dispatchEvent(new KeyboardEvent('keydown', keys))
  await until(() => find('#comment-9'))
})

test('an own comment is edited in place', async () => {
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9 .edit'))
  await press('#comment-9 .edit')
  assert.equal(control('body').value, 'Hello')
  assert.equal(control('name'), null)
  assert.equal(find('#comment-9').hidden, true)
  serve(() => [200, { comment: comment(9, { body: [['p', 'New']], edited_at: Date.now() }) }])
  type({ body: 'New' })
  send()
  await until(() => /New/.test(find('#comment-9').textContent))
  assert.deepEqual([find('#comment-9').hidden, find('li form')], [false, null])
  assert.match(find('#comment-9').textContent, /edited/)
})

test('a delete is asked about in place, can be kept, and then goes', async () => {
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9 .delete'))
  await press('#comment-9 .delete')
  assert.match(active().textContent, /Keep/)
  await press('#comment-9 .danger + *')
  assert.equal(active(), find('#comment-9 .delete'))
  await press('#comment-9 .delete')
  serve(() => [401, { code: 'token_bad', detail: 'It is too late.' }])
  find('#comment-9 .danger').click()
  await until(() => /Not deleted: It is too late/.test(find('#comment-9').textContent))
  serve(() => [200, { comment: comment(9, { status: 'removed', author: null }) }])
  find('#comment-9 .danger').click()
  await until(() => !find('#comment-9'))
  assert.match(said(), /deleted/)
})

test('an answered comment can be deleted too, and leaves its place', async () => {
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9'))
  const mine = comment(9, { reply_count: 1 })
  await open(slice([mine, reply(10, mine), comment(11)]))
  assert.equal(find('#comment-11 .delete'), null)
  await press('#comment-9 .delete')
  serve(() => [200, { comment: comment(9, { status: 'removed', author: null }) }])
  find('#comment-9 .danger').click()
  await until(() => /This comment was removed/.test(find('#comment-9').textContent))
  assert.ok(find('#comment-10'))
})

test('edit and delete go when their time is over', async () => {
  accept()
  type(GOOD)
  send()
  await until(() => find('#comment-9 .edit'))
  const stored = JSON.parse(localStorage.getItem('afterword:https://comments.example.org'))
  stored.own[9].expires = Date.now() - 1
  localStorage.setItem('afterword:https://comments.example.org', JSON.stringify(stored))
  await open(slice([one, comment(9)]))
  assert.equal(find('.own'), null)
})

test('the trap is hidden from people and their tools', () => {
  const trap = control('trap')
  assert.deepEqual([trap.tabIndex, trap.autocomplete], [-1, 'off'])
  assert.ok(trap.closest('[aria-hidden=true].unseen'))
})

test('a name is kept on the device only if the box is ticked, and it starts unticked', async () => {
  const box = form().querySelector('[type=checkbox]')
  assert.equal(box.checked, false)
  accept()
  type(GOOD)
  box.checked = true
  send()
  await until(() => find('#comment-9'))
  await open()
  assert.equal(control('email').value, 'ana@example.org')
  assert.equal(page.document.cookie, '')
})

const hint = () => find('.below [role=status]').textContent

test('how much room is left is said near the limit, when typing pauses', () => {
  type({ body: 'x'.repeat(900) })
  pause()
  assert.equal(hint(), '')
  type({ body: `${'x'.repeat(898)}😀😀😀` })
  assert.equal(hint(), '')
  pause()
  assert.equal(hint(), '99 characters left')
  type({ body: 'x'.repeat(1001) })
  pause()
  assert.equal(hint(), 'This is 1 character too long.')
  assert.equal(control('body').getAttribute('aria-invalid'), 'false')
})

const toggle = () => find('.below > .button')
const look = () => find('[aria-label="How it will look"]')

test('a preview is what the server makes of the text, and the text comes back', async () => {
  serve(() => [200, { body: [['p', 'A ', ['strong', 'bold'], ' word']] }])
  type({ body: 'A **bold** word' })
  assert.equal(look().hidden, true)
  toggle().click()
  await until(() => look().querySelector('strong'))
  const { url, body } = requests[0]
  assert.deepEqual(
    [url.pathname, body.url, body.body],
    ['/api/v1/preview', 'https://blog.example.org/river?p=1', 'A **bold** word'],
  )
  assert.deepEqual([control('body').hidden, look().role], [true, 'status'])
  assert.equal(toggle().textContent, 'Write')
  toggle().click()
  await until(() => look().hidden)
  assert.deepEqual([control('body').hidden, control('body').value], [false, 'A **bold** word'])
  assert.equal(toggle().textContent, 'Preview')
})

test('a preview of nothing asks nobody, one that fails says why', async () => {
  toggle().click()
  await until(() => /Nothing to show yet/.test(look().textContent))
  assert.equal(requests.length, 0)
  toggle().click()
  await until(() => look().hidden)
  serve(() => [0])
  type({ body: 'x' })
  toggle().click()
  await until(() => /That did not work: the comment server/.test(look().textContent))
})

test('sending from the preview shows the fields again', async () => {
  serve(() => [200, { body: [] }])
  type({ body: 'x' })
  toggle().click()
  await until(() => !look().hidden)
  send()
  assert.deepEqual([look().hidden, active()], [true, control('name')])
})

const pressEscape = () =>
  active().dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }))

test('Escape closes a reply that nobody has begun, and only that', async () => {
  control('body').focus()
  pressEscape()
  assert.ok(find('form .send'))
  await press('#comment-1 .reply')
  await until(() => find('li form .send'))
  type({ body: 'x' })
  pressEscape()
  assert.ok(find('li form'))
  type({ body: '' })
  pressEscape()
  assert.equal(find('li form'), null)
  assert.equal(active(), find('#comment-1 .reply'))
})
