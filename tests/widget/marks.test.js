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
