import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { requests, serve, until } from '../browser.js'
import { comment, slice } from '../builders.js'
import { active, find, key, memory, open, press, said, wish } from './form.js'

const { Api } = await import('../../../widget/src/api.js')
const { Store } = await import('../../../widget/src/store.js')
const { Visitor } = await import('../../../widget/src/visitor.js')
const { react, vote } = await import('../../../widget/src/writer/opinions.js')

const SERVER = 'https://comments.example.org'
const ADDRESS = { url: 'https://blog.example.org/river', title: 'The river' }

beforeEach(() => {
  localStorage.clear()
  mock.method(console, 'error', () => {})
})
afterEach(() => mock.restoreAll())

async function opened(more, next) {
  const store = new Store(new Api(SERVER), new Visitor(SERVER), ADDRESS)
  const reactions = [{ reaction: '👍', count: 2 }]
  const page = { id: 1, url: ADDRESS.url, title: null, closed: false, reactions }
  serve(() => [200, slice([comment(1, { up: 3, down: 1, ...more })], { page })])
  await store.load()
  serve(next)
  return store
}

const counts = (store) => [store.find(1).up, store.find(1).down]

test('a vote is shown at once, and then as the server counts it', async () => {
  const store = await opened({}, () => [200, { up: 9, down: 1, vote: 1 }])
  const voting = vote(store, 1, 1)
  assert.deepEqual([counts(store), memory().votes], [[4, 1], { 1: 1 }])
  await voting
  assert.deepEqual(counts(store), [9, 1])
  const { url, init, body } = requests[0]
  assert.deepEqual([init.method, url.pathname, body.vote], ['PUT', '/api/v1/comments/1/vote', 1])
  assert.equal(body.visitor_token, memory().token)
})

test('the same vote again takes it back, the other one moves it', async () => {
  const echo = (...[, , body]) => [200, { up: 3, down: 1, vote: body.vote }]
  const store = await opened({}, echo)
  await vote(store, 1, 1)
  const moving = vote(store, 1, -1)
  assert.deepEqual(counts(store), [2, 2])
  await moving
  await vote(store, 1, -1)
  assert.deepEqual(
    requests.map(({ body }) => body.vote),
    [1, -1, 0],
  )
  assert.deepEqual(memory().votes, {})
})

test('a vote that is not taken is taken back', async () => {
  const store = await opened({}, () => [409, { code: 'address_has_voted', detail: 'Voted.' }])
  await assert.rejects(vote(store, 1, 1), /Voted/)
  assert.deepEqual([counts(store), memory().votes], [[3, 1], {}])
})

test('five hundred votes are remembered', async () => {
  const store = await opened({}, () => [200, { up: 1, down: 0, vote: 1 }])
  store.visitor.change((memory) => {
    memory.votes = Object.fromEntries(Array.from({ length: 500 }, (_, n) => [n + 2, 1]))
  })
  store.comments[0].id = 900
  await vote(store, 900, 1)
  const kept = Object.keys(memory().votes)
  assert.deepEqual([kept.length, kept[0], kept[499]], [500, '3', '900'])
})

test('a reaction is remembered for the page, and the same again takes it back', async () => {
  const answer = (...[, , { reaction }]) => [
    200,
    { reactions: [{ reaction: '👍', count: reaction ? 3 : 2 }], mine: reaction },
  ]
  const store = await opened({}, answer)
  await react(store, '👍')
  assert.equal(store.page.reactions[0].count, 3)
  assert.deepEqual(memory().reactions, { [store.pageName()]: '👍' })
  await react(store, '👍')
  assert.deepEqual(
    requests.map(({ url, init, body }) => [init.method, url.pathname, body.url, body.reaction]),
    [
      ['PUT', '/api/v1/reactions', ADDRESS.url, '👍'],
      ['PUT', '/api/v1/reactions', ADDRESS.url, null],
    ],
  )
  assert.deepEqual(memory().reactions, {})
})

test('why a vote was not taken is said at its comment, once', async () => {
  await open(slice([comment(1, { up: 0, down: 0 })]))
  serve(() => [409, { code: 'address_has_voted', detail: 'Somebody near you has voted.' }])
  for (const _ of [1, 2]) {
    await wish('vote', { comment: comment(1), value: 1 })
    await until(() => find('#comment-1 .actions .error'))
  }
  assert.equal(find('#comment-1').querySelectorAll('.error').length, 1)
  assert.match(find('#comment-1').textContent, /did not work: Somebody near you has voted/)
})

/** Opens the form that reports a comment; its opener is put there as the reader's file does. */
async function report() {
  await open(slice([comment(1)]))
  if (!find('#comment-1 .report')) {
    const opener = document.createElement('button')
    opener.className = 'report'
    find('#comment-1 .actions').append(opener)
  }
  await wish('report', comment(1))
}

const reasons = () => [...find('#comment-1').querySelectorAll('[type=radio]')]

test('a report asks for a reason in the place of the buttons, and goes to the moderators', async () => {
  await report()
  assert.equal(active(), reasons()[0])
  assert.equal(find('#comment-1 .reply'), null)
  assert.deepEqual(
    reasons().map(({ value, required }) => [value, required]),
    ['spam', 'abuse', 'private', 'off_topic', 'other'].map((value) => [value, true]),
  )
  const text = find('#comment-1 textarea')
  assert.equal(text.maxLength, 500)
  reasons()[2].checked = true
  text.value = 'My street'
  serve(() => [202, { reported: true }])
  find('#comment-1 form').dispatchEvent(new Event('submit', { cancelable: true }))
  await until(() => find('#comment-1 .reply'))
  const { url, init, body } = requests[0]
  assert.deepEqual([init.method, url.pathname], ['POST', '/api/v1/comments/1/report'])
  assert.deepEqual([body.reason, body.text], ['private', 'My street'])
  assert.match(find('#comment-1 .actions').textContent, /The moderators will look at it/)
  assert.equal(find('#comment-1 .report'), null)
  assert.match(said(), /The moderators will look at it/)
  assert.equal(active(), find('#comment-1'))
})

test('a report that fails says so and stays; Escape and Cancel bring the buttons back', async () => {
  await report()
  serve(() => [429, { detail: 'Slow.', retry_after: 3 }])
  find('#comment-1 form').dispatchEvent(new Event('submit', { cancelable: true }))
  await until(() => /in 3 seconds/.test(find('#comment-1 form').parentNode.textContent))
  reasons()[0].focus()
  key('Escape')
  assert.equal(active(), find('#comment-1 .report'))
  await wish('report', comment(1))
  await press('Cancel', find('#comment-1'))
  assert.equal(active(), find('#comment-1 .report'))
})

test('the focus stays on a button whose comment is drawn anew, or at the comment', async () => {
  await open(slice([comment(1, { up: 0, down: 0 })]))
  serve((...[, , body]) => [200, { up: 9, down: 0, vote: body.vote }])
  const before = find('#comment-1 .reply')
  before.focus()
  await wish('vote', { comment: comment(1), value: 1 })
  await until(() => find('#comment-1 .reply') !== before)
  assert.equal(active(), find('#comment-1 .reply'))
  const opener = document.createElement('button')
  find('#comment-1').append(opener)
  opener.focus()
  await wish('vote', { comment: comment(1), value: 1 })
  await until(() => !opener.isConnected)
  assert.equal(active(), find('#comment-1'))
})

test('why a reaction was not taken is said at the reactions, and no other word goes', async () => {
  await open(slice([comment(1)]))
  let bar = find('.reactions')
  if (!bar) {
    bar = document.createElement('div')
    bar.className = 'reactions'
    find('h2').after(bar)
  }
  const errors = () => [...find('form').querySelectorAll('.error')]
  const before = errors()
  serve(() => [409, { code: 'address_has_reacted', detail: 'Somebody near you has.' }])
  await wish('react', '👍')
  await until(() => /did not work: Somebody near you has/.test(bar.textContent))
  assert.deepEqual(errors(), before)
})
