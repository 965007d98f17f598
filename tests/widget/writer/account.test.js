// Signing in, in the form: what is offered, who is known, and what every request says of them.
import '../browser.js'
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { page, requests, serve, settled, until } from '../browser.js'
import { comment, slice } from '../builders.js'
import {
  control,
  find,
  forget,
  form,
  GOOD,
  memory,
  open,
  pause,
  press,
  root,
  SERVER,
  send,
  type,
} from './form.js'

const { ThreadElement } = await import('../../../widget/src/thread-element.js')

const OFFERED = { codes: true, providers: [{ id: 3, name: 'Example' }] }
const claims = (more) =>
  Buffer.from(JSON.stringify({ name: 'Mira Ösei', ...more })).toString('base64url')
const tokenOf = (seconds, more) =>
  `eyJhbGciOiJIUzI1NiJ9.${claims({ exp: Date.now() / 1000 + seconds, ...more })}.c2ln`
const bearers = () => requests.map(({ init }) => init?.headers?.Authorization)
const element = () => root().host
const group = () => find('.account')
const words = () => group().textContent

/** A thread of a site where readers may sign in, with somebody about to write. */
async function write(sign_in = OFFERED, fields = {}) {
  const thread = slice([comment(1)])
  const site = { ...thread.site, sign_in, fields: { ...thread.site.fields, ...fields } }
  await open({ ...thread, site })
  await until(group)
}

/** The same, and they want to. */
async function offer(sign_in = OFFERED, fields = {}) {
  await write(sign_in, fields)
  if (words() === 'Sign in') await press('Sign in', group())
  await settled()
}

/** What is fetched, newest last. */
const files = []
let isAway = false
ThreadElement.fetchFile = async (file) => {
  if (isAway) throw new TypeError('Failed to fetch')
  files.push(file.name)
  return file
}

/** The files that are fetched for something. */
async function fetching(doing) {
  files.length = 0
  await doing()
  return [...files]
}

/** A device on which somebody is signed in. */
async function remembering(reader) {
  await forget()
  localStorage.setItem(`afterword:${SERVER}`, JSON.stringify({ reader }))
}

/** Answers what is posted, by the end of its path. */
function answering(answers) {
  serve((url) => {
    const path = Object.keys(answers).find((each) => url.pathname.endsWith(each))
    return answers[path] || [200, {}]
  })
}

const written = () => ({
  comments: [
    201,
    { comment: { ...comment(9), source: 'Hello' }, author_token: 'a', expires_at: 1 },
  ],
})

test('a site that offers nothing has nothing fetched and nothing said', async () => {
  await forget()
  await open()
  await settled()
  assert.equal(group(), null)
})

test('what signs in is fetched once somebody wants it', async () => {
  await forget()
  assert.deepEqual(await fetching(write), ['questions'])
  assert.equal(words(), 'Sign in')
  assert.deepEqual(await fetching(() => press('Sign in', group())), ['account'])
})

test('or where somebody is signed in, or nobody else may write', async () => {
  await remembering({ token: 'old', name: 'Ana' })
  assert.deepEqual(await fetching(write), ['questions', 'account'])
  await forget()
  const alone = () => write({ codes: true, guests: false })
  assert.deepEqual(await fetching(alone), ['questions', 'account'])
  await forget()
  assert.deepEqual(await fetching(() => write({ users: true })), ['questions', 'account'])
})

test('where it cannot be fetched it is said, and writing goes on', async () => {
  await forget()
  await write()
  isAway = true
  await press('Sign in', group())
  isAway = false
  assert.match(words(), /That did not work/)
  answering(written())
  type(GOOD)
  send()
  await until(() => requests.length)
  assert.deepEqual(bearers(), [undefined])
})

test('where codes alone are offered, the address is asked for at once', async () => {
  await forget()
  await offer({ codes: true })
  assert.equal(root().activeElement.type, 'email')
})

test('what a site offers stands in its form', async () => {
  await forget()
  await offer()
  await until(() => words().includes('Sign in with Example'))
  assert.match(words(), /Get a code by email/)
  assert.equal(control('name').disabled, false)
})

test('an address that is typed already is not typed again', async () => {
  await forget()
  await offer()
  type({ email: 'ana@example.org' })
  await press('Get a code by email', group())
  assert.equal(group().querySelector('input').value, 'ana@example.org')
})

test('a mailed code signs in, and from then on every request says so', async () => {
  await forget()
  await offer()
  answering({
    '/readers': [202, { ticket: 'a-ticket' }],
    '/confirm': [200, { reader_token: 'a-token', name: 'Ana', ends_at: 1, claimed: 0 }],
    ...written(),
  })
  await press('Get a code by email', group())
  const email = group().querySelector('input')
  email.value = 'ana@example.org'
  await press('Get a code by email', group())
  await until(() => group().querySelector('[autocomplete=one-time-code]'))
  assert.deepEqual(
    [requests[0].body.email, requests[0].url.href],
    ['ana@example.org', `${SERVER}/api/v1/readers`],
  )
  group().querySelector('input').value = ' 04711815 '
  await press('Sign in', group())
  await until(() => words().includes('Signed in as Ana'))
  assert.deepEqual(requests[1].body, { ticket: 'a-ticket', code: '04711815' })
  assert.deepEqual(memory().reader, { token: 'a-token', name: 'Ana', mails: true })
  assert.equal(root().activeElement, control('body'))
  assert.equal(control('name').disabled, true)
  type({ body: 'Hello' })
  send()
  await until(() => requests.length > 2)
  assert.equal(bearers()[2], 'Bearer a-token')
})

test('who signs out is a guest again', async () => {
  await press('Sign out', group())
  await until(() => words().includes('Get a code by email'))
  assert.equal(memory().reader, undefined)
  assert.equal(control('name').disabled, false)
  assert.equal(requests.at(-1).init.method, 'DELETE')
  assert.equal(bearers().at(-1), 'Bearer a-token')
})

test("a site's own user is known by the token of the page, which shows no way out", async () => {
  await forget()
  await offer({ users: true })
  element().setAttribute('user', tokenOf(3600))
  await until(() => words().includes('Signed in as Mira Ösei'))
  assert.doesNotMatch(words(), /Sign out/)
  answering(written())
  type({ body: 'Hello' })
  send()
  await until(() => requests.length)
  assert.equal(bearers()[0], `Bearer ${element().getAttribute('user')}`)
})

test('a token near its end is asked for anew, and what is sent waits for it', async () => {
  await forget()
  await offer({ users: true })
  element().setAttribute('user', tokenOf(30))
  await until(() => words().includes('Signed in'))
  const fresh = tokenOf(3600, { jti: 'new' })
  element().addEventListener('afterword:user-needed', () =>
    setTimeout(() => element().setAttribute('user', fresh), 20),
  )
  answering(written())
  type({ body: 'Hello' })
  send()
  await until(() => requests.length)
  assert.deepEqual(bearers(), [`Bearer ${fresh}`])
})

test('one that is refused is asked for anew, and nothing is sent under another name', async () => {
  await forget()
  await offer({ users: true })
  element().setAttribute('user', tokenOf(3600))
  await until(() => words().includes('Signed in'))
  let asked = 0
  element().addEventListener('afterword:user-needed', () => {
    asked++
    element().setAttribute('user', tokenOf(3600, { jti: 'new' }))
  })
  answering({ comments: [401, { code: 'user_refused', detail: 'It is no good.', status: 401 }] })
  type({ body: 'Hello' })
  send()
  await until(() => asked)
  assert.equal(requests.length, 1)
  assert.match(form().textContent, /It is no good/)
})

test('where guests may not write, the form waits for them to sign in', async () => {
  await forget()
  await offer({ guests: false, codes: true })
  await until(words)
  assert.match(words(), /Please sign in to write a comment/)
  assert.equal(find('.send .primary').hidden, true)
  assert.equal(control('body').disabled, false)
})

test('a session that has ended is forgotten, and the reader told', async () => {
  await remembering({ token: 'old', name: 'Ana' })
  await offer()
  await until(() => words().includes('Signed in as Ana'))
  answering({ comments: [401, { code: 'reader_ended', detail: 'It has ended.' }] })
  type({ body: 'Hello' })
  send()
  await until(() => !memory().reader)
  assert.match(words(), /Get a code/)
  assert.equal(control('body').value, 'Hello')
})

test('word from another origin, or that nobody asked for, is not heard', async () => {
  await forget()
  await offer()
  const say = (origin) =>
    page.dispatchEvent(
      new page.MessageEvent('message', { origin, data: { afterword: 'signed-in', code: 'c' } }),
    )
  say(SERVER)
  globalThis.open = () => ({ closed: true })
  await until(() => words().includes('Example'))
  await press('Sign in with Example', group())
  say('https://evil.example')
  await settled()
  assert.equal(requests.length, 0)
})

test('a window that the browser blocks is a link', async () => {
  await forget()
  await offer()
  globalThis.open = () => null
  await until(() => words().includes('Example'))
  await press('Sign in with Example', group())
  const link = group().querySelector('a')
  assert.match(words(), /did not open the window/)
  assert.equal(link.rel, 'opener')
  const url = new URL(link.href)
  assert.equal(url.pathname, '/sign-in/3')
  assert.match(url.searchParams.get('challenge'), /^[\w-]{43}$/)
})

test('a wrong code is said at once, and a new one is asked for where it has ended', async () => {
  await forget()
  await offer({ codes: true })
  answering({
    '/readers': [202, { ticket: 'a-ticket' }],
    '/confirm': [422, { code: 'invalid', errors: [{ field: 'code', code: 'wrong' }] }],
  })
  group().querySelector('input').value = 'ana@example.org'
  await press('Get a code by email', group())
  await until(() => group().querySelector('[autocomplete=one-time-code]'))
  for (const _ of [1, 2]) {
    await press('Sign in', group())
    await until(() => words().includes('This is not the code'))
    assert.equal(group().querySelectorAll('[role=status]').length, 1)
  }
  answering({ '/confirm': [401, { code: 'code_ended', detail: 'Over.' }] })
  await press('Sign in', group())
  await until(() => words().includes('ask for a new one'))
  assert.equal(root().activeElement.type, 'email')
  assert.equal(root().activeElement.value, '')
})

test('a window that is closed by hand is said, and one that stays is not', async () => {
  await forget()
  await offer()
  const opened = { closed: false }
  globalThis.open = () => opened
  await until(() => words().includes('Example'))
  mock.timers.enable({ apis: ['setInterval'] })
  await press('Sign in with Example', group())
  mock.timers.tick(5000)
  assert.doesNotMatch(words(), /was closed/)
  opened.closed = true
  mock.timers.tick(1000)
  assert.match(words(), /The window was closed/)
  await press('Sign in with Example', group())
  assert.doesNotMatch(words(), /was closed/)
  mock.timers.reset()
})

test('who is known by an address chooses what to hear of, and types no address', async () => {
  await remembering({ token: 'old', name: 'Ana', mails: true })
  await offer(OFFERED, { email: 'required' })
  await until(() => control('notify'))
  assert.equal(control('email').disabled, true)
  assert.equal(find('.row').hidden, true)
  assert.equal(control('notify').closest('label').querySelector('span').hidden, true)
  assert.equal(find('.account a').href, `${SERVER}/me`)
  control('notify').value = 'replies'
  answering(written())
  type({ body: 'Hello' })
  send()
  await until(() => requests.length)
  assert.deepEqual([requests[0].body.notify, requests[0].body.email], ['replies', undefined])
})

test("a site's own user may give an address, and nothing else is asked", async () => {
  await forget()
  await offer({ users: true }, { email: 'required' })
  element().setAttribute('user', tokenOf(3600))
  await until(() => words().includes('Signed in'))
  assert.deepEqual(
    ['name', 'email', 'website'].map((name) => control(name).closest('.field').hidden),
    [true, false, true],
  )
  assert.equal(control('email').required, false)
  type({ body: 'Hello', email: 'ana@example.org' })
  pause()
  await until(() => control('notify'))
  assert.equal(control('notify').closest('label').querySelector('span').hidden, false)
})

test('the own page of somebody without an address opens by a link that is good once', async () => {
  await remembering({ token: 'old', name: 'Ana' })
  await offer()
  const opened = { location: {}, opener: 'us' }
  globalThis.open = (url) => (url === '' ? opened : null)
  answering({ 'own-page': [200, { url: `${SERVER}/me/open/abc`, ends_at: 1 }] })
  await press('Your comments and your data', group())
  await until(() => opened.location.href)
  assert.deepEqual([opened.location.href, opened.opener], [`${SERVER}/me/open/abc`, null])
  assert.equal(bearers().at(-1), 'Bearer old')
  globalThis.open = () => null
  await press('Your comments and your data', group())
  await until(() => group().querySelector('a'))
  assert.equal(group().querySelector('a').href, `${SERVER}/me/open/abc`)
  assert.equal(group().querySelector('a').rel, 'noopener')
})
