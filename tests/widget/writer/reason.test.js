import assert from 'node:assert/strict'
import { test } from 'node:test'
import '../browser.js'
import { english } from '../../../widget/words.mjs'

const { Problem } = await import('../../../widget/src/api.js')
const { learn, speak } = await import('../../../widget/src/messages.js')
const { reasonOf } = await import('../../../widget/src/writer/reason.js')

const t = speak('en')
learn(t, english, null)
const said = (status, details) => reasonOf(new Problem(status, details), t)

test('who may not write, and where nobody may, is told in the words of the page', () => {
  assert.equal(said(403, { code: 'banned', detail: 'x' }), t('banned'))
  assert.equal(said(403, { code: 'closed', detail: 'x' }), t('closed'))
})

test('who was too fast is told how long to wait', () => {
  assert.match(said(429, { code: 'slow', detail: 'x', retry_after: 40 }), /in 40 seconds/)
})

test('what the server says else is passed on, and silence is said to be that', () => {
  assert.equal(said(422, { code: 'invalid', detail: 'Please shorten it.' }), 'Please shorten it.')
  assert.equal(said(0, {}), t('network'))
})
