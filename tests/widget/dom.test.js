import './browser.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const { ask, button, fill, h } = await import('../../widget/src/dom.js')

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

test('attributes that are not listed are refused', () => {
  for (const name of ['style', 'onclick', 'srcdoc', 'innerHTML', 'is', 'slot', 'data-x']) {
    assert.throws(() => h('p', { [name]: 'x' }), TypeError)
  }
})

test('a button asks whoever listens above', () => {
  const node = button('Reply', 'reply', 7)
  const box = h('div', null, node)
  const heard = []
  box.addEventListener('ask', ({ detail }) => heard.push(detail))
  node.click()
  ask(node, 'cancel')
  assert.deepEqual(heard, [
    { what: 'reply', detail: 7 },
    { what: 'cancel', detail: undefined },
  ])
  assert.equal(node.type, 'button')
})

test('fill replaces what was there', () => {
  const box = h('div', null, 'old')
  fill(box, 'new', null, [h('b')])
  assert.equal(box.innerHTML, 'new<b></b>')
})
