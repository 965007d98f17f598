import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { comment, PAGE, slice } from './builders.js'
import { cleanUp, openThread } from './threads.js'

afterEach(cleanUp)
const marks = (article) => [...article.querySelectorAll('.badge')].map((each) => each.textContent)

test('what is pinned and what staff have answered say so in words', async () => {
  const thread = await openThread(
    slice([comment(1, { pinned: true, staff_replied: true }), comment(2)]),
  )
  const [first, second] = thread.all('article')
  assert.deepEqual(marks(first), ['Pinned', 'Staff replied'])
  assert.deepEqual(marks(second), [])
})

test('who is known to the site has the badge, or what the site calls them; text stays text', async () => {
  const known = (more) => ({ name: 'Noa Weir', website: null, staff: false, hue: 30, ...more })
  const thread = await openThread(
    slice([
      comment(1, { author: known({ verified: true }) }),
      comment(2, { author: known({ verified: true, role: '<b>Author</b>', avatar: '🦦' }) }),
      comment(3, { author: known() }),
    ]),
  )
  const articles = thread.all('article')
  assert.deepEqual(articles.map(marks), [['Verified'], ['<b>Author</b>'], []])
  const titles = articles.map((each) => each.querySelector('.badge')?.getAttribute('title'))
  assert.deepEqual(titles, [
    'This site knows who wrote this.',
    'This site knows who wrote this.',
    undefined,
  ])
  const shown = articles.map((each) => each.querySelector('.avatar').textContent)
  assert.deepEqual(shown, ['NW', '🦦', 'NW'])
})

test("the moderators' note stands above the comments, as nodes of the same list of tags", async () => {
  const note = [
    ['p', 'Stay with the ', ['em', 'weir'], '.'],
    ['script', 'x'],
  ]
  const thread = await openThread(slice([comment(1)], { page: { ...PAGE, note } }))
  const shown = thread.find('.note')
  assert.equal(shown.querySelector('em').textContent, 'weir')
  assert.equal(shown.querySelector('script'), null)
  const after = shown.compareDocumentPosition(thread.find('article'))
  assert.equal(after, 4, 'it comes before the first comment')
})

test('a thread without a note has nothing in its place', async () => {
  const thread = await openThread(slice([comment(1)]))
  assert.equal(thread.find('.note').childNodes.length, 0)
})
