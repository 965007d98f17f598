import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { observers, serve } from './browser.js'
import { comment, reply, slice } from './builders.js'
import { cleanUp, openThread } from './threads.js'

/** The streams that were begun, newest last. @type {Stream[]} */
let streams = []

class Stream extends EventTarget {
  isOpen = true

  constructor(url) {
    super()
    this.url = new URL(url)
    streams.push(this)
  }

  close() {
    this.isOpen = false
  }

  /** What the server sends. */
  tell(name, data, version) {
    const event = new Event(name)
    this.dispatchEvent(
      Object.assign(event, { data: JSON.stringify(data), lastEventId: `${version}` }),
    )
  }
}

const one = comment(1)
const two = reply(2, one)
const thread = slice([one, two, comment(3)], { count: 3, version: 7 })
const open = () => streams.filter(({ isOpen }) => isOpen)
const hide = (value) => {
  Object.defineProperty(document, 'hidden', { value, configurable: true })
  document.dispatchEvent(new Event('visibilitychange'))
}

beforeEach(() => {
  streams = []
  globalThis.EventSource = Stream
})
afterEach(() => {
  cleanUp()
  hide(false)
  delete globalThis.EventSource
})

/** A thread that somebody is at. */
async function attended(attributes) {
  const shown = await openThread(thread, attributes)
  for (const observer of observers) observer.arrive()
  return { ...shown, stream: streams[0], bar: () => shown.find('.news').textContent }
}

test('a thread is followed from the version that was read, with the words of its request', async () => {
  const { stream } = await attended({ 'thread-id': 'river', sort: 'newest' })
  assert.equal(stream.url.pathname, '/api/v1/thread/events')
  assert.equal(stream.url.searchParams.get('id'), 'river')
  assert.equal(stream.url.searchParams.get('since'), '7')
})

test('only while the page is seen, and no more when the element has gone', async () => {
  const { node } = await attended()
  hide(true)
  assert.equal(open().length, 0)
  hide(false)
  assert.equal(open().length, 1)
  node.remove()
  assert.equal(open().length, 0)
  document.body.append(node)
  for (const observer of observers) observer.arrive()
  assert.equal(open().length, 1)
})

test('not at all where the owner says so, nor in a browser without streams', async () => {
  await attended({ live: 'off' })
  delete globalThis.EventSource
  await attended()
  assert.equal(streams.length, 0)
})

test('what others write waits in a bar, and comes when it is asked for', async () => {
  const { stream, bar, find, ids, focused } = await attended()
  const before = find('#comment-3')
  stream.tell('new', { comment: reply(4, one), count: 4 }, 8)
  stream.tell('new', { comment: comment(5), count: 5 }, 9)
  assert.deepEqual(ids(), [1, 2, 3])
  assert.equal(bar(), '2 new comments')
  assert.equal(find('h2').textContent, '5 replies on “The river”')
  find('.news button').click()
  assert.deepEqual(ids(), [1, 2, 4, 3, 5])
  assert.equal(focused().id, 'comment-4')
  assert.match(find('#comment-4 header').textContent, /new/)
  assert.equal(find('#comment-3'), before)
})

test('a new comment whose place is not here comes with the part that has it', async () => {
  const { stream, bar } = await attended()
  const far = comment(90)
  stream.tell('new', { comment: reply(91, far), count: 4 }, 8)
  assert.equal(bar(), '')
  stream.tell('new', { comment: comment(92), count: 5 }, 9)
  stream.tell('new', { comment: reply(93, comment(92)), count: 6 }, 10)
  assert.equal(bar(), '2 new comments')
})

test('an edit is shown in its place, and in what waits', async () => {
  const { stream, find } = await attended()
  const said = (id, text) => ({ comment: { ...comment(id), body: [['p', text]] }, count: 3 })
  stream.tell('edited', said(3, 'Better words'), 8)
  assert.match(find('#comment-3').textContent, /Better words/)
  stream.tell('new', said(4, 'First words'), 9)
  stream.tell('edited', said(4, 'Second words'), 10)
  find('.news button').click()
  assert.match(find('#comment-4').textContent, /Second words/)
  stream.tell('edited', said(99, 'Of a part that is not here'), 11)
  assert.equal(find('#comment-99'), null)
})

test('a comment that is gone leaves its place; one that waited is forgotten', async () => {
  const { stream, bar, find, ids } = await attended()
  stream.tell('removed', { id: 3, count: 2 }, 8)
  assert.deepEqual(ids(), [1, 2, 3])
  assert.match(find('#comment-3').textContent, /This comment was removed/)
  stream.tell('new', { comment: comment(4), count: 3 }, 9)
  stream.tell('removed', { id: 4, count: 2 }, 10)
  assert.equal(bar(), '')
})

test('only where too much has changed, the thread is read anew', async () => {
  const { stream, ids, find } = await attended()
  stream.tell('count', { count: 9, reload: false }, 8)
  assert.equal(find('h2').textContent, '9 replies on “The river”')
  serve(() => [200, slice([comment(50)])])
  stream.tell('count', { count: 1, reload: true }, 9)
  await new Promise((resolve) => setTimeout(resolve))
  assert.deepEqual(ids(), [50])
})

test('what has the focus keeps it when its comment is drawn anew', async () => {
  const { stream, find, focused } = await attended()
  find('#comment-3 .reply').focus()
  stream.tell('edited', { comment: { ...comment(3), edited_at: 5 }, count: 3 }, 8)
  assert.equal(focused(), find('#comment-3 .reply'))
  stream.tell('removed', { id: 3, count: 2 }, 9)
  assert.equal(focused(), find('#comment-3'))
})

test('a stream that breaks is begun anew, later each time, from what is known', async () => {
  const { stream } = await attended()
  stream.tell('new', { comment: comment(4), count: 4 }, 12)
  mock.timers.enable({ apis: ['setTimeout'] })
  mock.method(Math, 'random', () => 0.5)
  const waits = []
  for (let breaks = 0; breaks < 9; breaks++) {
    const last = streams.at(-1)
    last.onerror()
    assert.equal(last.isOpen, false)
    const before = streams.length
    let wait = 0
    while (streams.length === before) {
      mock.timers.tick(1000)
      wait++
    }
    waits.push(wait)
  }
  mock.timers.reset()
  mock.restoreAll()
  assert.deepEqual(waits, [4, 8, 16, 32, 64, 128, 256, 300, 300])
  assert.equal(streams.at(-1).url.searchParams.get('since'), '12')
})

test('a stream that held for long is begun anew soon, though nobody wrote', async () => {
  await openThread(thread)
  mock.timers.enable({ apis: ['setTimeout', 'Date'] })
  mock.method(Math, 'random', () => 0.5)
  for (const observer of observers) observer.arrive()
  for (let ends = 0; ends < 5; ends++) {
    mock.timers.tick(1_800_000)
    streams.at(-1).onerror()
    mock.timers.tick(4_000)
  }
  mock.timers.reset()
  mock.restoreAll()
  assert.equal(streams.length, 6)
})

test('a reader who leaves meanwhile is not followed by it', async () => {
  const { node, stream } = await attended()
  mock.timers.enable({ apis: ['setTimeout'] })
  stream.onerror()
  node.remove()
  mock.timers.tick(600_000)
  mock.timers.reset()
  assert.equal(streams.length, 1)
})
