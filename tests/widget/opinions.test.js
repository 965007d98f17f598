import assert from 'node:assert/strict'
import { afterEach, test } from 'node:test'
import { settled } from './browser.js'
import { comment, PAGE, SITE, slice } from './builders.js'
import { asked, cleanUp, openThread } from './threads.js'

const KEY = 'afterword:https://comments.example.org'
const liked = comment(1, { up: 4, down: 1 })
const site = (votes) => ({ site: { ...SITE, votes } })
const actions = ({ all }, id) => all(`#comment-${id} .action`).map((node) => node.textContent)
const pressed = (node) => node.getAttribute('aria-pressed')
const remember = (what) => localStorage.setItem(KEY, JSON.stringify(what))
afterEach(cleanUp)

test('a comment has few buttons, in one order; votes as the site takes them', async () => {
  const both = await openThread(slice([liked, comment(2)], site('both')))
  assert.deepEqual(actions(both, 1), ['Reply', 'Like 4', 'Dislike 1', 'Link', 'Report'])
  assert.deepEqual(actions(both, 2), ['Reply', 'Like', 'Dislike', 'Link', 'Report'])
  const up = await openThread(slice([liked], site('up')))
  assert.deepEqual(actions(up, 1), ['Reply', 'Like 4', 'Link', 'Report'])
  const off = await openThread(slice([liked], site('off')))
  assert.deepEqual(actions(off, 1), ['Reply', 'Link', 'Report'])
})

test('on our own there is neither a vote nor a report', async () => {
  remember({ own: { 1: { page: 1, token: 't', expires: Date.now() + 60_000, source: 'x' } } })
  const thread = await openThread(slice([liked], site('both')))
  assert.deepEqual(actions(thread, 1), ['Reply', 'Link', 'Edit (1 min)', 'Delete'])
})

test('our vote is shown as pressed, and a press asks the writer', async () => {
  remember({ votes: { 1: 1, 2: -1 } })
  const { find } = await openThread(slice([liked, comment(2)], site('both')))
  assert.equal(pressed(find('#comment-1 .like')), 'true')
  assert.equal(pressed(find('#comment-1 .dislike')), 'false')
  assert.equal(pressed(find('#comment-2 .dislike')), 'true')
  find('#comment-2 .like').click()
  find('#comment-1 .report').click()
  await settled()
  assert.deepEqual(
    asked.map(([what, { comment, value, id }]) => [what, comment?.id ?? id, value]),
    [
      ['vote', 2, 1],
      ['report', 1, undefined],
    ],
  )
})

test('the reactions of a page stand above its thread, ours as pressed', async () => {
  remember({ reactions: { [PAGE.url]: 'Thanks' } })
  const reactions = [
    { reaction: '👍', count: 3 },
    { reaction: 'Thanks', count: 0 },
  ]
  const { find, all } = await openThread(slice([liked], { page: { ...PAGE, reactions } }), {
    url: PAGE.url,
  })
  assert.equal(find('.reactions').getAttribute('aria-label'), 'Reactions')
  const buttons = all('.reactions button')
  assert.deepEqual(
    buttons.map((node) => [node.textContent, pressed(node)]),
    [
      ['👍 3', 'false'],
      ['Thanks', 'true'],
    ],
  )
  buttons[0].click()
  await settled()
  assert.deepEqual(asked, [['react', '👍']])
})

test('a site without reactions has no place for them', async () => {
  const { find } = await openThread(slice([liked]))
  assert.equal(find('.reactions').hidden, true)
})

test('whoever looks like writing has the writer fetched, once', async () => {
  const { find, node } = await openThread(slice([liked]))
  let fetched = 0
  const { fetchWriter } = node.constructor
  node.constructor.fetchWriter = () => {
    fetched++
    return fetchWriter()
  }
  const other = await openThread(slice([liked]))
  node.constructor.fetchWriter = fetchWriter
  const over = (target) => target.dispatchEvent(new Event('pointerover', { bubbles: true }))
  over(other.find('h2'))
  assert.equal(fetched, 0)
  over(other.find('.reply'))
  over(other.find('.reply'))
  other.find('textarea').focus()
  assert.equal(fetched, 1)
  assert.ok(find('textarea'))
})
