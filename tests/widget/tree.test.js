import './browser.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'

const { bodyNodes, safeUrl } = await import('../../widget/src/tree.js')

/** What a tree became, as markup. */
function shown(tree, images) {
  const box = document.createElement('div')
  box.append(bodyNodes(tree, images))
  return box.innerHTML
}

test('listed tags become elements, text stays text', () => {
  const tree = [
    ['p', 'a ', ['strong', 'b'], ['br'], '<i>c</i>'],
    ['ol', { start: 3 }, ['li', 'd']],
  ]
  assert.equal(
    shown(tree),
    '<p>a <strong>b</strong><br>&lt;i&gt;c&lt;/i&gt;</p><ol start="3"><li>d</li></ol>',
  )
})

test('a link gets its address and rel, nothing else', () => {
  const tree = [['p', ['a', { href: 'https://a.example/', onclick: 'x', style: 'y' }, 'b']]]
  assert.equal(
    shown(tree),
    '<p><a href="https://a.example/" rel="nofollow ugc noopener noreferrer">b</a></p>',
  )
})

for (const [name, tree] of [
  ['a script', [['script', 'alert(1)']]],
  ['a frame', [['iframe', { src: 'https://a.example/' }]]],
  ['a handler', [['p', { onclick: 'alert(1)', style: 'color:red', id: 'x', class: 'y' }, 'b']]],
  ['upper case', [['SCRIPT', 'alert(1)']]],
  ['svg', [['svg', ['a', { href: 'javascript:alert(1)' }, 'b']]]],
  ['a script address', [['a', { href: 'javascript:alert(1)' }, 'b']]],
  ['a hidden script address', [['a', { href: ' java\nscript:alert(1)' }, 'b']]],
  ['a data address', [['a', { href: 'data:text/html,<script>alert(1)</script>' }, 'b']]],
  [
    'a relative address',
    [
      ['a', { href: '//evil.example' }, 'b'],
      ['a', { href: '/logout' }, 'c'],
    ],
  ],
  ['a picture where there are none', [['img', { src: 'https://a.example/a.png' }]]],
  ['things that are no nodes', [null, 7, {}, [], [[]], [{}], ['p', null, 7, { x: 1 }, [['p']]]]],
  [
    'a tag that is no word',
    [
      [{ toString: () => 'script' }, 'b'],
      [['script'], 'c'],
    ],
  ],
  [
    'prototype names',
    [
      ['__proto__', 'b'],
      ['constructor', 'c'],
      ['toString', 'd'],
    ],
  ],
]) {
  test(`${name} does nothing`, () => {
    const box = document.createElement('div')
    box.append(bodyNodes(tree))
    for (const node of box.querySelectorAll('*')) {
      assert.match(node.localName, /^(p|span)$/)
      assert.deepEqual([...node.attributes], [])
    }
  })
}

test('what is no list shows nothing', () => {
  for (const tree of [null, undefined, 'text', 7, { length: 1, 0: 'x' }])
    assert.equal(shown(tree), '')
})

test('pictures come only over https, where the site shows them', () => {
  const picture = (src) => [['p', ['img', { src, alt: 'a gauge', onerror: 'x' }]]]
  assert.equal(
    shown(picture('https://a.example/a.png'), true),
    '<p><img src="https://a.example/a.png" alt="a gauge" loading="lazy" referrerpolicy="no-referrer"></p>',
  )
  assert.equal(shown(picture('http://a.example/a.png'), true), '<p><span>a gauge</span></p>')
  assert.equal(shown(picture('https://a.example/a.png')), '<p><span>a gauge</span></p>')
})

test('addresses are http, https or mailto and absolute', () => {
  assert.equal(safeUrl('HTTPS://A.example'), 'https://a.example/')
  assert.equal(safeUrl('mailto:a@b.example'), 'mailto:a@b.example')
  for (const wrong of [
    '',
    'a.example',
    '#x',
    'vbscript:x',
    'tel:1',
    'blob:https://a.example/1',
    null,
    7,
    {},
  ]) {
    assert.equal(safeUrl(wrong), null)
  }
})
