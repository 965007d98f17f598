import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { page } from './browser.js'

const { absolute, pageAddress, threadQuery, preloaded } = await import(
  '../../widget/src/page-address.js'
)
const HERE = 'https://blog.example.org/river?p=1'
const SERVER = 'https://comments.example.org'
const ENDPOINT = `${SERVER}/api/v1/thread`

function element(attributes = {}) {
  const node = document.createElement('div')
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value)
  return node
}

function head(markup) {
  document.head.innerHTML = markup
}

beforeEach(() => {
  head('')
  document.title = 'The river'
  page.happyDOM.setURL(`${HERE}#top`)
})

test('the address is that of the page, without hash', () => {
  assert.equal(threadQuery(pageAddress(element())), `url=${encodeURIComponent(HERE)}`)
})

test('a canonical address goes along when it is another one', () => {
  head('<link rel="canonical" href="/river/">')
  assert.equal(pageAddress(element()).canonical, 'https://blog.example.org/river/')
  head(`<link rel="canonical" href="${HERE}">`)
  assert.equal(pageAddress(element()).canonical, undefined)
})

test("the owner's address stands alone, absolute and without hash", () => {
  head('<link rel="canonical" href="/river/">')
  const address = pageAddress(element({ url: '/lake#x' }))
  assert.equal(threadQuery(address), 'url=https%3A%2F%2Fblog.example.org%2Flake')
})

test('parameters come in a fixed order, the title stays at home', () => {
  head('<link rel="canonical" href="https://blog.example.org/c">')
  const attributes = { sort: 'newest', site: 'notes', 'thread-id': 'r 1', title: 'Own' }
  const address = pageAddress(element(attributes))
  assert.equal(
    threadQuery(address),
    `url=${encodeURIComponent(HERE)}&canonical=https%3A%2F%2Fblog.example.org%2Fc&id=r%201&site=notes&sort=newest`,
  )
  assert.equal(address.title, 'Own')
  assert.equal(address.ownTitle, 'Own')
})

test('the title of the open page is not that of another page that the owner names', () => {
  const address = pageAddress(element({ url: 'https://blog.example.org/other' }))
  assert.equal(address.title, undefined)
})

test('what a template left empty counts as absent', () => {
  for (const left of [
    '',
    ' ',
    '""',
    'null',
    'undefined',
    '[object Object]',
    '{{ page.id }}',
    '{% x',
  ]) {
    const address = pageAddress(element({ url: left, 'thread-id': left, title: left }))
    assert.deepEqual(
      [address.url, address.id, address.ownTitle, address.title],
      [HERE, undefined, undefined, 'The river'],
    )
  }
})

test('an address that cannot be read is absent', () => {
  assert.equal(absolute('http://['), undefined)
  assert.equal(pageAddress(element({ url: 'http://[' })).url, HERE)
})

test('a preloaded answer is used however its template encodes the address', () => {
  const href = `${ENDPOINT}?url=https://blog.example.org/river?p%3D1`
  head(`<link rel="preload" as="fetch" crossorigin href="${href}">`)
  assert.equal(preloaded(SERVER, pageAddress(element())), href)
})

test('a preload may name the canonical address alone', () => {
  const href = `${ENDPOINT}?url=https%3A%2F%2Fblog.example.org%2Friver`
  const canonical = '<link rel="canonical" href="https://blog.example.org/river">'
  head(`${canonical}<link rel="preload" as="fetch" crossorigin href="${href}">`)
  assert.equal(preloaded(SERVER, pageAddress(element())), href)
})

test('a preload for another thread is left alone', () => {
  const root = `${ENDPOINT}?url=https%3A%2F%2Fblog.example.org%2F`
  const canonical = '<link rel="canonical" href="https://blog.example.org/">'
  head(`${canonical}<link rel="preload" as="fetch" crossorigin href="${root}">`)
  assert.equal(preloaded(SERVER, pageAddress(element())), undefined)
})
