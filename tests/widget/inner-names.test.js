import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import { page } from './browser.js'

const build = await readFile(new URL('../../widget/build.mjs', import.meta.url), 'utf8')
const names = /const INNER =\s+\/\^\(([^)]+)\)\$\//.exec(build)[1].split('|')

test('a name that the build shortens is nobody else’s: not the language’s, not the browser’s', () => {
  const language = [Array, Map, Set, String, Number, Promise, Date, Object, Function, RegExp]
  const browser = ['Element', 'HTMLElement', 'Document', 'Event', 'EventTarget', 'Response', 'URL']
  const others = []
  for (const each of [...language, ...browser.map((name) => page[name])]) {
    others.push(each, each.prototype)
  }
  const taken = names.filter((name) => others.some((other) => name in other))
  assert.deepEqual(taken, [])
  assert.ok(names.length > 10)
})
