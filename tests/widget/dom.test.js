import './browser.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const { ask, asked, button, fill, h } = await import('../../widget/src/dom.js')

test('strings become text, never markup', () => {
  const node = h('p', 'note', '<img src=x onerror=alert(1)>', null, false, undefined, ['a', h('b')])
  assert.equal(node.children.length, 1)
  assert.equal(node.firstChild?.nodeValue, '<img src=x onerror=alert(1)>')
})

test('a class is a part too', () => {
  assert.equal(h('p', 'note').getAttribute('part'), 'note')
  assert.equal(h('p', { class: 'a b' }).getAttribute('part'), 'a b')
})

test('absent values set nothing', () => {
  assert.equal(h('a', { href: null, title: undefined, hidden: false }).attributes.length, 0)
})

test('a button knows what it asks for; other wishes are heard above', () => {
  const node = button('Reply', 'reply', 7)
  assert.deepEqual(asked.get(node), ['reply', 7])
  assert.equal(node.type, 'button')
  const heard = []
  const box = h('div', null, node)
  box.addEventListener('ask', ({ detail }) => heard.push(detail))
  ask(node, 'cancel', 8)
  assert.deepEqual(heard, [{ what: 'cancel', detail: 8 }])
})

test('fill replaces what was there', () => {
  const box = h('div', null, 'old')
  fill(box, 'new', null, [h('b')])
  assert.equal(box.innerHTML, 'new<b></b>')
})
