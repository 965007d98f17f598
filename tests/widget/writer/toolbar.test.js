import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { english } from '../../../widget/words.mjs'
import { slice } from '../builders.js'
import { active, control, find, forget, key, open, press, type } from './form.js'

beforeEach(async () => {
  await forget()
  await open()
})

/** Types a text in which | stands at the ends of the selection. */
function select(text) {
  const [before, picked, after] = text.split('|')
  type({ body: before + picked + after })
  control('body').setSelectionRange(before.length, before.length + picked.length)
}

function selected() {
  const { value, selectionStart, selectionEnd } = control('body')
  const inside = value.slice(selectionStart, selectionEnd)
  return `${value.slice(0, selectionStart)}|${inside}|${value.slice(selectionEnd)}`
}

const CASES = [
  ['Bold', 'a |b| c', 'a **|b|** c'],
  ['Italic', 'a |b| c', 'a _|b|_ c'],
  ['Code', 'a |b| c', 'a `|b|` c'],
  ['Link', 'a |b| c', 'a [|b|](https://) c'],
  ['Bold', 'a || c', 'a **||** c'],
]

for (const [word, before, after] of CASES) {
  test(`${word} makes ${before} into ${after}`, async () => {
    select(before)
    await press(word)
    assert.equal(selected(), after)
    assert.equal(active(), control('body'))
  })
}

for (const [word, mark] of [
  ['Quote', '> '],
  ['List', '- '],
]) {
  test(`${word} marks whole lines`, async () => {
    select('one\ntw|o\nthr|ee')
    await press(word)
    assert.equal(control('body').value, `one\n${mark}two\n${mark}three`)
    select('|\n|')
    await press(word)
    assert.equal(control('body').value, `${mark}\n${mark}`)
  })
}

test('Ctrl or ⌘ with b, i and k does the same, and no other key is taken', () => {
  select('|b|')
  assert.equal(key('b', { ctrlKey: true }), false)
  assert.equal(selected(), '**|b|**')
  key('i', { metaKey: true })
  key('k', { ctrlKey: true })
  assert.equal(selected(), '**_[|b|](https://)_**')
  assert.equal(key('c', { ctrlKey: true }), true)
  assert.equal(key('b'), true)
})

test('the toolbar is one stop for Tab, and arrows go on from there', async () => {
  const bar = find('[role=toolbar]')
  const stops = () => [...bar.children].filter((each) => each.tabIndex === 0)
  assert.equal(bar.getAttribute('aria-label'), 'Formatting')
  bar.firstChild.focus()
  key('ArrowLeft')
  assert.equal(active().textContent, 'Bold')
  key('ArrowRight')
  key('ArrowRight')
  key('ArrowDown')
  assert.equal(active().textContent, 'Link')
  assert.deepEqual(stops(), [active()])
  key('ArrowLeft')
  assert.deepEqual(stops(), [active()])
  assert.equal(active().textContent, 'Italic')
})

test('in a language that is written from the right, arrows go that way', async () => {
  await open(slice([], { lang: 'ar', words: { ...english, dir: 'rtl' } }))
  find('[role=toolbar]').firstChild.focus()
  key('ArrowLeft')
  assert.equal(active().textContent, 'Italic')
  key('ArrowRight')
  assert.equal(active().textContent, 'Bold')
})
