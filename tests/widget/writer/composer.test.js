import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { page, requests, serve, settled, until } from '../browser.js'
import { comment, reply, SITE, slice } from '../builders.js'

const { ThreadElement } = await import('../../../widget/src/thread-element.js')
ThreadElement.server = 'https://comments.example.org'
ThreadElement.fetchWriter = async () =>
  (await import('../../../widget/src/writer/writer.js')).Writer
ThreadElement.prototype.getBoundingClientRect = () => ({ top: 0, bottom: 10 })
customElements.define('afterword-comments', ThreadElement)

const one = comment(1)
let node

beforeEach(async () => {
  localStorage.clear()
  mock.method(console, 'error', () => {})
  await open()
})
afterEach(async () => {
  node.remove()
  await settled()
  mock.restoreAll()
})

async function open(thread = slice([one, comment(3)])) {
  node?.remove()
  serve(() => [200, thread])
  node = document.createElement('afterword-comments')
  document.body.append(node)
  await until(() => find('form'))
  find('form textarea').focus()
  await until(() => find('form .send'))
  requests.length = 0
}

const find = (selector) => node.shadowRoot.querySelector(selector)
const form = () => find('li form') || find('form')
const control = (name) => form().querySelector(`[name=${name}]`)
const error = (name) => find(`#${control(name).getAttribute('aria-describedby')}`).textContent
const active = () => node.shadowRoot.activeElement

function type(fields) {
  for (const [name, value] of Object.entries(fields)) {
    control(name).value = value
    control(name).dispatchEvent(new Event('input', { bubbles: true }))
  }
}

/** Presses a button, and lets what it asks for be done. */
async function press(selector) {
  find(selector).click()
  await settled(0)
}

const send = () => form().dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))
const GOOD = { body: 'Hello', name: 'Ana', email: 'ana@example.org', website: '' }

function accept(more = {}) {
  serve((...[, , body]) => {
    const parent = body.parent && one
    const status = more.status || 'approved'
    const author = { name: body.name, website: body.website || null, staff: false, hue: 1 }
    const made = { ...(parent ? reply(9, parent) : comment(9)), author, status, source: body.body }
    made.created_at = Date.now()
    return [201, { comment: made, author_token: 'tok', expires_at: Date.now() + 900_000 }]
  })
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
  assert.match(find('p[role=status].unseen').textContent, /published/)
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
  assert.match(find('p[role=status].unseen').textContent, /waiting for approval/)
})

test('when it cannot be sent the text stays, and the next try is the same comment', async () => {
  serve(() => [0])
  type(GOOD)
  send()
  await until(() => /Not sent/.test(form().textContent))
  assert.equal(control('body').value, 'Hello')
  const before = requests[0].body.client_id
  accept()
  send()
  await until(() => find('#comment-9'))
  assert.equal(requests[0].body.client_id, before)
  assert.doesNotMatch(form().textContent, /Not sent/)
})

test('words that changed after a lost answer replace those that had arrived', async () => {
  serve(() => [0])
  type(GOOD)
  send()
  await until(() => /Not sent/.test(form().textContent))
  const made = comment(9, { source: 'Hello', created_at: Date.now() })
  const edited = { ...made, body: [['p', 'Hello again']], source: 'Hello again' }
  serve((_url, { method }) => {
    if (method === 'PATCH') return [200, { comment: edited }]
    return [201, { comment: made, author_token: 'tok', expires_at: Date.now() + 900_000 }]
  })
  type({ body: 'Hello again' })
  send()
  await until(() => /Hello again/.test(find('#comment-9')?.textContent))
  assert.equal(requests[1].body.body, 'Hello again')
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

test('what has no field is said below, with when to try again', async () => {
  serve(() => [429, { code: 'too_many', detail: 'Slow.', retry_after: 41.2 }])
  type(GOOD)
  send()
  await until(() => /in 42 seconds/.test(form().textContent))
  serve(() => [403, { code: 'closed', detail: 'This page takes no more comments.' }])
  send()
  await until(() => /takes no more comments/.test(form().textContent))
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
  active().click()
  assert.equal(active(), find('#comment-9 .delete'))
  await press('#comment-9 .delete')
  serve(() => [401, { code: 'token_bad', detail: 'It is too late.' }])
  find('#comment-9 .danger').click()
  await until(() => /Not deleted: It is too late/.test(find('#comment-9').textContent))
  serve(() => [200, { comment: comment(9, { status: 'removed', author: null }) }])
  find('#comment-9 .danger').click()
  await until(() => !find('#comment-9'))
  assert.match(find('p[role=status].unseen').textContent, /deleted/)
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
