import './browser.js'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { english, KEYS, translations, wordsFile } from '../../widget/words.mjs'

const LANGUAGES = await translations()
const RIGHT_TO_LEFT = ['ar', 'fa', 'he', 'ur']
/** Words that truly are the same in English. */
const COGNATES = {
  de: ['website'],
  it: ['link', 'linkTo'],
  nl: ['code', 'link', 'linkTo', 'website'],
  'pt-BR': ['link', 'linkTo'],
}

const placeholders = (text) => (text.match(/\{\w+\}/g) || []).sort()
const forms = (word) => (typeof word === 'string' ? [word] : Object.values(word))
const unique = (list) => [...new Set(list)].sort()

/** @returns {[tag: string, key: string, word: any][]} all but the direction */
function everything() {
  return Object.entries(LANGUAGES).flatMap(([tag, { dir, ...texts }]) =>
    Object.entries(texts).map(([key, word]) => [tag, key, word]),
  )
}

/** A form for one number only need not write it: "a reply", "two replies". */
function isOfOneNumber(tag, category) {
  const rules = new Intl.PluralRules(tag)
  const holds = (number) => rules.select(number) === category
  return Array.from({ length: 1000 }, (_, number) => number).filter(holds).length === 1
}

function complaints(find) {
  return everything().flatMap(([tag, key, word]) => {
    const found = find(tag, key, word)
    return found ? [`${tag} ${key}: ${found}`] : []
  })
}

test('forty languages beside English and more, under the tags that browsers use', () => {
  const tags = Object.keys(LANGUAGES)
  assert.ok(tags.length >= 40, `${tags.length} languages`)
  assert.deepEqual(Intl.getCanonicalLocales(tags), tags)
  assert.deepEqual(Intl.PluralRules.supportedLocalesOf(tags), tags)
  assert.deepEqual(Intl.RelativeTimeFormat.supportedLocalesOf(tags), tags)
})

test('no language lacks a word or has one that nobody says', () => {
  for (const [tag, { dir, ...texts }] of Object.entries(LANGUAGES)) {
    assert.deepEqual(Object.keys(texts).sort(), [...KEYS].sort(), tag)
  }
})

test('a text that changes with the count has every form of its language, others have one', () => {
  const found = complaints((tag, key, word) => {
    if (typeof english[key] === 'string') return typeof word !== 'string' && 'one text is enough'
    const wanted = new Intl.PluralRules(tag).resolvedOptions().pluralCategories
    const given = typeof word === 'string' ? [] : Object.keys(word)
    return unique(given).join() !== unique(wanted).join() && `wants ${unique(wanted)}`
  })
  assert.deepEqual(found, [])
})

test('placeholders are those of English, in every form', () => {
  const found = complaints((tag, key, word) => {
    const wanted = unique(forms(english[key]).flatMap(placeholders))
    const wrong = (typeof word === 'string' ? [['', word]] : Object.entries(word)).find(
      ([category, text]) => {
        const given = placeholders(text)
        if (isOfOneNumber(tag, category) && !given.includes('{count}')) given.push('{count}')
        return given.sort().join() !== wanted.join()
      },
    )
    return wrong && `${wrong} needs ${wanted}`
  })
  assert.deepEqual(found, [])
})

test('nothing is left in English by accident', () => {
  const found = complaints((tag, key, word) => {
    const isSame = forms(word).some((text) => forms(english[key]).includes(text))
    return isSame && !COGNATES[tag]?.includes(key) && `is as in English: ${forms(word)[0]}`
  })
  assert.deepEqual(found, [])
})

test('every cognate is one', () => {
  const listed = Object.entries(COGNATES).flatMap(([tag, keys]) => keys.map((key) => [tag, key]))
  const stale = listed.filter(([tag, key]) => LANGUAGES[tag]?.[key] !== english[key])
  assert.deepEqual(stale, [])
})

test('no text is empty, nor begins or ends with a blank, nor holds what h() would not show', () => {
  const found = complaints((_, _key, word) =>
    forms(word).find((text) => !text || text !== text.trim() || /[<>|\n\t]|\s\s|&\w+;/.test(text)),
  )
  assert.deepEqual(found, [])
})

test('a sentence ends as one, and a label does not', () => {
  // The Greek question mark is a semicolon.
  const end = (tag) => (tag === 'el' ? /[.…;]$/ : /[.…?!。؟।۔？！]$/)
  const found = complaints((tag, key, word) => {
    const isSentence = /[.…?]$/.test(forms(english[key]).at(-1))
    // Thai writes no full stops.
    return tag !== 'th' && end(tag).test(forms(word).at(-1)) !== isSentence && `${forms(word)}`
  })
  assert.deepEqual(found, [])
})

test('what a button shows is among the words of its name, as speech input needs it', () => {
  const NAMED = [
    ['reply', 'replyTo'],
    ['link', 'linkTo'],
    ['report', 'reportOf'],
  ]
  const words = (tag, text) =>
    [...new Intl.Segmenter(tag, { granularity: 'word' }).segment(text.toLowerCase())]
      .filter(({ isWordLike }) => isWordLike)
      .map(({ segment }) => segment)
      .join(' ')
  const found = Object.entries(LANGUAGES).flatMap(([tag, texts]) =>
    NAMED.filter(([shown, name]) => {
      const whole = words(tag, texts[name].replace('{name}', ' Mira '))
      return !` ${whole} `.includes(` ${words(tag, texts[shown])} `)
    }).map(([shown, name]) => `${tag}: “${texts[shown]}” is not in “${texts[name]}”`),
  )
  assert.deepEqual(found, [])
})

test('the languages that are written from the right say so, and no others', () => {
  const said = Object.entries(LANGUAGES).filter(([, { dir }]) => dir !== undefined)
  assert.deepEqual(
    said.map(([tag, { dir }]) => [tag, dir]),
    RIGHT_TO_LEFT.filter((tag) => tag in LANGUAGES).map((tag) => [tag, 'rtl']),
  )
})

test('the file for the server holds them all, English too', async () => {
  const words = JSON.parse(await wordsFile())
  const { languages, page_only: pageOnly, writer_only: writerOnly } = words
  assert.deepEqual(Object.keys(languages), ['en', ...Object.keys(LANGUAGES)])
  assert.deepEqual(languages.en.replies, { one: '{count} reply', other: '{count} replies' })
  for (const key of [...pageOnly, ...writerOnly]) assert.ok(KEYS.includes(key), key)
  assert.ok(writerOnly.includes('post') && !writerOnly.includes('reply'))
})
