import assert from 'node:assert/strict'
import { afterEach, beforeEach, mock, test } from 'node:test'
import { observers, page, requests, serve, settled, until, windowListeners } from './browser.js'
import { comment, reply, slice } from './builders.js'

const { ThreadElement } = await import('../../widget/src/thread-element.js')
const { CountElement } = await import('../../widget/src/count-element.js')
const SERVER = 'https://comments.example.org/prefix'
ThreadElement.server = CountElement.server = SERVER
customElements.define('afterword-comments', ThreadElement)
customElements.define('afterword-count', CountElement)

const one = comment(1)
const thread = slice([one, reply(2, one), comment(3)], { count: 3 })
const inside = (node, selector) => node.shadowRoot.querySelector(selector)
const names = (node) => [...node.shadowRoot.querySelectorAll('article')].map(({ id }) => id)
const near = { top: 0, bottom: 10 }
const far = { top: 9000, bottom: 9010 }

beforeEach(() => {
  localStorage.clear()
  mock.method(console, 'error', () => {})
  ThreadElement.prototype.getBoundingClientRect = () => near
  page.happyDOM.setURL('https://blog.example.org/river')
  serve(() => [200, thread])
})
afterEach(async () => {
  for (const node of document.querySelectorAll('afterword-comments')) node.remove()
  await settled()
  mock.restoreAll()
})

/** An element on the page, with its events. */
function place(attributes = {}) {
  const node = document.createElement('afterword-comments')
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  node.heard = []
  for (const name of ['ready', 'count', 'error', 'submitted']) {
    node.addEventListener(`afterword:${name}`, ({ detail }) => node.heard.push([name, detail]))
  }
  document.body.append(node)
  return node
}

async function ready(attributes) {
  const node = place(attributes)
  await until(() => node.heard.some(([name]) => name === 'ready'))
  return node
}

test('a thread near the viewport is asked for at once and shown', async () => {
  const node = place()
  assert.equal(requests.length, 1)
  assert.ok(requests[0].url.href.startsWith(`${SERVER}/api/v1/thread?url=`))
  await until(() => names(node).length === 3)
  assert.equal(inside(node, 'h2').textContent, '3 replies on “The river”')
  assert.equal(inside(node, 'li li article').id, 'comment-2')
  await settled()
  assert.deepEqual(
    node.heard.map(([name]) => name),
    ['count', 'ready'],
  )
})

test('one that is far away waits until it is near', async () => {
  ThreadElement.prototype.getBoundingClientRect = () => far
  const node = place()
  assert.equal(requests.length, 0)
  for (const observer of observers) observer.arrive()
  await until(() => names(node).length === 3)
  assert.equal(requests.length, 1)
})

test('one that the page preloads does not wait, and asks for the same address', async () => {
  ThreadElement.prototype.getBoundingClientRect = () => far
  const href = `${SERVER}/api/v1/thread?url=https://blog.example.org/river`
  document.head.innerHTML = `<link rel="preload" as="fetch" crossorigin href="${href}">`
  const node = place()
  document.head.innerHTML = ''
  assert.equal(requests[0].url.href, href)
  await until(() => names(node).length === 3)
})

test('open=eager does not wait, open=click waits for the button', async () => {
  ThreadElement.prototype.getBoundingClientRect = () => far
  place({ open: 'eager' })
  assert.equal(requests.length, 1)
  const node = place({ open: 'click' })
  assert.equal(requests.length, 1)
  inside(node, 'button').click()
  await until(() => names(node).length === 3)
})

test('created, moved, removed and created again a hundred times, nothing is left', async () => {
  const node = await ready()
  const before = requests.length
  for (let at = 0; at < 50; at++) {
    document.body.prepend(node)
    document.body.append(node)
    const other = place({ url: `/page-${at}` })
    await Promise.resolve()
    other.remove()
  }
  assert.equal(requests.length, before + 50)
  assert.ok(requests.slice(before).every(({ init }) => init.signal.aborted))
  assert.equal(names(node).length, 3)
  node.remove()
  assert.deepEqual([windowListeners.size, observers.size], [0, 0])
  await settled()
  assert.equal(document.querySelectorAll('afterword-comments').length, 0)
  document.body.append(node)
  assert.equal(names(node).length, 3)
})

test('other attributes are another thread, and one request for all of them', async () => {
  const node = await ready()
  node.setAttribute('url', '/lake')
  node.setAttribute('thread-id', 'lake')
  node.setAttribute('theme', 'dark')
  await until(() => requests.length === 2)
  assert.match(requests[1].url.search, /url=https%3A%2F%2Fblog.example.org%2Flake&id=lake$/)
  node.setAttribute('url', '/lake')
  await settled()
  assert.equal(requests.length, 2)
})

test('refresh reads again and keeps what is being typed', async () => {
  const node = await ready()
  const box = inside(node, 'textarea')
  const second = inside(node, '#comment-3')
  box.value = 'half a thought'
  serve(() => [200, slice([one, comment(3), comment(4)])])
  await node.refresh()
  assert.deepEqual(names(node), ['comment-1', 'comment-3', 'comment-4'])
  assert.equal(inside(node, 'textarea').value, 'half a thought')
  assert.equal(inside(node, '#comment-3'), second)
  assert.equal(requests[0].init.cache, 'no-cache')
})

test('refresh after the page has another address reads its thread', async () => {
  const node = await ready()
  page.happyDOM.setURL('https://blog.example.org/lake')
  await node.refresh()
  assert.match(requests.at(-1).url.search, /lake$/)
})

test('a comment in the hash is opened, wherever the element is', async () => {
  ThreadElement.prototype.getBoundingClientRect = () => far
  page.happyDOM.setURL('https://blog.example.org/river#comment-2')
  const node = place({ open: 'click' })
  await until(() => inside(node, '#comment-2')?.classList.contains('target'))
  assert.equal(node.shadowRoot.activeElement?.id, 'comment-2')
})

test('a comment that is not in the slice is asked for', async () => {
  const node = await ready()
  serve((url) => [200, url.searchParams.has('around') ? slice([comment(70)]) : thread])
  assert.equal(await node.focusComment(70), true)
  assert.deepEqual(names(node), ['comment-70'])
  serve(() => [200, thread])
  assert.equal(await node.focusComment(99), false)
  assert.match(inside(node, '.unseen[role=status]').textContent, /not here/)
})

test('an unknown origin is a polite line for readers and a command for the owner', async () => {
  const detail = 'To add it, run: afterword site add NAME --origin https://blog.example.org'
  serve(() => [403, { code: 'unknown_origin', detail }])
  const node = place()
  await until(() => node.heard.length)
  assert.equal(
    inside(node, '.notice').textContent.trim(),
    'Comments are not available on this page.',
  )
  assert.deepEqual(node.heard[0][1], {
    code: 'unknown_origin',
    status: 403,
    message: detail,
  })
  assert.ok(console.error.mock.calls[0].arguments.join(' ').includes(detail))
})

test('when the server cannot be reached there is a button to try again', async () => {
  serve(() => [0])
  const node = place()
  await until(() => inside(node, '.notice button'))
  serve(() => [200, thread])
  inside(node, '.notice button').click()
  await until(() => names(node).length === 3)
})

test('a closed page has no form and no reply buttons', async () => {
  serve(() => [200, { ...thread, page: { ...thread.page, closed: true } }])
  const node = await ready()
  assert.equal(inside(node, 'form'), null)
  assert.equal(inside(node, '.reply'), null)
  assert.match(inside(node, '.notice:last-child').textContent, /closed/)
})

test('a page where nothing was written says so, and keeps its own title', async () => {
  document.title = 'Own title'
  const empty = slice([], { page: { id: null, url: 'x', title: null, closed: false } })
  serve(() => [200, empty])
  const node = await ready()
  assert.equal(inside(node, 'h2').textContent, 'No replies yet')
  serve(() => [200, slice([one], { page: empty.page })])
  await node.refresh()
  assert.equal(inside(node, 'h2').textContent, '1 reply on “Own title”')
})

test('several elements on a page keep apart', async () => {
  serve((url) => [200, url.search.includes('lake') ? slice([comment(50)]) : thread])
  const river = await ready()
  const lake = await ready({ url: '/lake' })
  assert.equal(names(river).length, 3)
  assert.deepEqual(names(lake), ['comment-50'])
})

test('deep replies stand in line and say what they answer', async () => {
  const deep = [one]
  for (let id = 2; id < 12; id++) deep.push(reply(id, deep.at(-1)))
  serve(() => [200, slice(deep)])
  const node = await ready()
  assert.equal(names(node).length, 11)
  assert.equal(inside(node, 'li li li li li li'), null)
  assert.match(inside(node, '#comment-11').textContent, /in reply to Reader 10/)
})

test('the host page gets no inline style and no tooltip', async () => {
  const node = await ready({ title: 'Own' })
  assert.equal(node.getAttribute('style'), null)
  assert.equal(inside(node, '.root').getAttribute('title'), '')
  assert.equal(node.shadowRoot.adoptedStyleSheets.length, 1)
  assert.equal(node.childNodes.length, 0)
})

test('in a frame without an origin of its own there is a link to the thread’s own page', async () => {
  globalThis.origin = 'null'
  serve(() => [403, { code: 'opaque_origin', detail: 'This page has no origin of its own.' }])
  const node = place()
  await until(() => node.heard.length)
  globalThis.origin = 'https://blog.example.org'
  assert.match(inside(node, '.notice').textContent, /cannot be shown in this frame/)
  const link = inside(node, '.notice a')
  assert.equal(link.href, `${SERVER}/thread?url=https%3A%2F%2Fblog.example.org%2Friver`)
  assert.deepEqual([link.target, link.rel], ['_blank', 'noopener'])
})

test('the times are kept up to date while the page is seen', async () => {
  mock.timers.enable({ apis: ['setInterval'] })
  const node = await ready()
  const said = () => inside(node, 'time').textContent
  const before = said()
  mock.method(Date, 'now', () => thread.comments[0].created_at + 5 * 60_000)
  Object.defineProperty(document, 'hidden', { value: true, configurable: true })
  mock.timers.tick(60_000)
  assert.equal(said(), before)
  Object.defineProperty(document, 'hidden', { value: false, configurable: true })
  mock.timers.tick(60_000)
  assert.equal(said(), '5 minutes ago')
  node.remove()
  mock.method(Date, 'now', () => thread.comments[0].created_at + 9 * 60_000)
  mock.timers.tick(60_000)
  assert.equal(said(), '5 minutes ago')
  mock.timers.reset()
})

test('a page that asks for it gets the thread as data for programs, which leave with it', async () => {
  ThreadElement.fetchLinkedData = async () =>
    (await import('../../widget/src/linked-data.js')).describe
  const plain = await ready()
  const node = await ready({ 'json-ld': '' })
  await until(() => node.querySelector('script'))
  assert.equal(plain.childNodes.length, 0)
  assert.equal(JSON.parse(node.querySelector('script').textContent).commentCount, 3)
  serve(() => [200, slice([comment(50)])])
  node.setAttribute('url', '/lake')
  await until(() => node.querySelector('script').textContent.includes('#comment-50'))
  assert.equal(node.childNodes.length, 1)
})

test('in another language its words, its numbers, its times and its direction are spoken', async () => {
  const words = {
    dir: 'rtl',
    heading: { one: 'رد واحد', other: '{count} ردود على «{title}»' },
    reply: 'رد',
  }
  const many = slice([comment(1, { created_at: Date.now() - 3 * 3600_000 }), comment(2)], {
    ...{ count: 1234, words, lang: 'ar-EG' },
  })
  serve(() => [200, many])
  const node = await ready({ lang: 'ar-EG', title: 'The river' })
  assert.equal(requests[0].url.searchParams.get('lang'), 'ar-EG')
  const root = inside(node, '.root > div')
  assert.deepEqual([root.dir, root.lang], ['rtl', 'ar-EG'])
  assert.equal(inside(node, 'h2').textContent, '١٬٢٣٤ ردود على «The river»')
  assert.equal(inside(node, 'time').textContent, 'قبل ٣ ساعات')
  assert.equal(inside(node, '.reply').textContent, 'رد')
})

test('all counts of a page come in one request', async () => {
  serve((url) => [200, { counts: url.searchParams.getAll('url').map((_, at) => at) }])
  const counts = ['/a', '/b', '/a', '/c'].map((url) => {
    const node = document.createElement('afterword-count')
    node.setAttribute('url', url)
    document.body.append(node)
    return node
  })
  await until(() => counts[3].textContent)
  assert.equal(requests.length, 1)
  assert.deepEqual(
    counts.map(({ textContent }) => textContent),
    ['0 replies', '1 reply', '0 replies', '2 replies'],
  )
  for (const node of counts) node.remove()
})

test('counts are said in the language of the page', async () => {
  const replies = { one: '{count} Antwort', other: '{count} Antworten' }
  serve(() => [200, { counts: [1234], lang: 'de', words: { replies } }])
  document.documentElement.lang = 'de-CH'
  const node = document.createElement('afterword-count')
  document.body.append(node)
  await until(() => node.textContent)
  assert.equal(requests[0].url.searchParams.get('lang'), 'de-CH')
  assert.equal(node.textContent, '1.234 Antworten')
  node.remove()
  document.documentElement.removeAttribute('lang')
})
