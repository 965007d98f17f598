import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { serve } from './browser.js'
import { comment, reply, slice } from './builders.js'
import { cleanUp, openThread } from './threads.js'

afterEach(cleanUp)
const one = comment(1)
const two = reply(2, one)
const three = reply(3, two)
const thread = [one, two, three, comment(4)]

/** The buttons that hide replies, by the comment that they stand at. */
const folds = ({ all }) =>
  all('.fold').map((button) => [
    Number(button.closest('article').id.slice(8)),
    button.textContent,
    button.getAttribute('aria-expanded'),
  ])

test('only comments with replies have the button, and it hides them', async () => {
  const shown = await openThread(slice(thread))
  assert.deepEqual(folds(shown), [
    [1, 'Hide replies', 'true'],
    [2, 'Hide replies', 'true'],
  ])
  shown.find('#comment-1 .fold').click()
  assert.deepEqual(folds(shown)[0], [1, '2 replies', 'false'])
  assert.ok(shown.find('#comment-2').closest('[hidden]'))
  shown.find('#comment-1 .fold').click()
  assert.deepEqual(folds(shown)[0], [1, 'Hide replies', 'true'])
  assert.equal(shown.find('#comment-2').closest('[hidden]'), null)
})

test('what the server keeps back is counted too', async () => {
  const more = { count: 10, after: 'x' }
  const shown = await openThread(slice([{ ...one, more }, two]))
  shown.find('.fold').click()
  assert.equal(shown.find('.fold').textContent, '11 replies')
})

test('who is sent to a hidden reply sees it, and so does who searches the page', async () => {
  const shown = await openThread(slice(thread))
  const [first, second] = shown.all('.fold')
  second.click()
  first.click()
  assert.equal(await shown.node.focusComment(3), true)
  assert.equal(shown.find('#comment-3').closest('[hidden]'), null)
  first.click()
  shown
    .find('#comment-2')
    .closest('ol')
    .dispatchEvent(new Event('beforematch', { bubbles: true }))
  assert.deepEqual(folds(shown)[0], [1, 'Hide replies', 'true'])
})

test('what is hidden stays so when the thread is read anew; the button goes with the replies', async () => {
  const shown = await openThread(slice(thread))
  shown.find('.fold').click()
  serve(() => [200, slice([{ ...one, edited_at: 5 }, two, comment(4)])])
  await shown.node.refresh()
  assert.ok(shown.find('#comment-2').closest('[hidden]'))
  assert.equal(shown.find('#comment-1 .fold').getAttribute('aria-expanded'), 'false')
  serve(() => [200, slice([one, comment(4)])])
  await shown.node.refresh()
  assert.equal(shown.find('#comment-1 .fold').hidden, true)
})
