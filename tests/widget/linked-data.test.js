import './browser.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comment, PAGE, reply } from './builders.js'

const { describe } = await import('../../widget/src/linked-data.js')
const one = comment(1)
const two = reply(2, one)
const store = (comments, more = {}) => ({ page: PAGE, count: comments.length, comments, ...more })
/** The script that an element has then. */
function linkedData(store) {
  const element = document.createElement('div')
  describe(element, store)
  describe(element, store)
  assert.equal(element.childNodes.length, 1)
  return element.firstChild
}
const read = (node) => JSON.parse(node.textContent)
const address = { title: undefined }

test('a page is an article with its comments, each with its replies in it', () => {
  const comments = [one, two, reply(3, two), reply(4, one), comment(5)]
  const node = linkedData({ ...store(comments), address })
  assert.equal(node.type, 'application/ld+json')
  const data = read(node)
  assert.deepEqual(
    [data['@context'], data['@type'], data.url, data.headline, data.commentCount],
    ['https://schema.org', 'Article', PAGE.url, 'The river', 5],
  )
  const shape = ({ url, comment = [] }) => [Number(url.split('-').pop()), comment.map(shape)]
  assert.deepEqual(data.comment.map(shape), [
    [
      1,
      [
        [2, [[3, []]]],
        [4, []],
      ],
    ],
    [5, []],
  ])
})

test('a comment says who, when and what, in plain text', () => {
  const body = [
    ['p', 'One ', ['strong', 'strong'], ' line'],
    ['ul', ['li', ['a', { href: 'https://example.org/' }, 'two']]],
  ]
  const edited_at = one.created_at + 1000
  const { comment: all } = read(
    linkedData({ ...store([{ ...one, body, edited_at }]), address: { title: 'Own title' } }),
  )
  assert.deepEqual(all[0], {
    '@type': 'Comment',
    '@id': `${PAGE.url}#comment-1`,
    url: `${PAGE.url}#comment-1`,
    datePublished: '2026-01-01T00:00:00.000Z',
    dateModified: '2026-01-01T00:00:01.000Z',
    author: { '@type': 'Person', name: 'Reader 1' },
    text: 'One strong line\ntwo',
  })
})

test('of what was removed only the place is told', () => {
  const gone = { ...one, author: null, body: [], status: 'removed' }
  const { comment: all } = read(linkedData({ ...store([gone, two]), address }))
  assert.deepEqual([all[0].author, all[0].text], [undefined, undefined])
  assert.equal(all[0].creativeWorkStatus, 'Deleted')
  assert.equal(all[0].comment.length, 1)
})

test('no text ends the script that it stands in, however the page is copied', () => {
  const body = [['p', '</script><img src=x>']]
  const node = linkedData({ ...store([{ ...one, body }]), address })
  assert.doesNotMatch(node.textContent, /</)
  assert.equal(read(node).comment[0].text, '</script><img src=x>')
})
