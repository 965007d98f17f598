// What is said in every language, as the server reads it. `npm run -s words` lists the languages.
import { readdir, readFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { english as readers } from './src/english.js'
import { english as inScript } from './src/messages.js'
import { english as writers } from './src/writer/messages.js'

/** @typedef {import('./src/messages.js').Word} Word */
/** @typedef {Record<string, Word>} Texts */

const folder = new URL('src/messages/', import.meta.url)

/** Said by our own pages only, which work without scripts. @type {Record<string, string>} */
const pages = await read('en')
/** Only English has words for times: other languages have them from Intl.RelativeTimeFormat. */
const TIMES = ['now', 'minutes', 'hours', 'days', 'weeks', 'months', 'years']

/** @type {Texts} */
export const english = Object.fromEntries(
  Object.entries({ ...inScript, ...readers, ...writers, ...pages }).map(([key, text]) => {
    const [one, other] = typeof text === 'string' ? text.split('|') : []
    return [key, other === undefined ? text : { one, other }]
  }),
)

/** What every language has to say. */
export const KEYS = Object.keys(english).filter((key) => !TIMES.includes(key))

/**
 * All that is translated, by tag.
 * @returns {Promise<Record<string, Texts>>}
 */
export async function translations() {
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  const tags = files.map((name) => name.slice(0, -5)).filter((tag) => tag !== 'en')
  return Object.fromEntries(await Promise.all(tags.map(async (tag) => [tag, await read(tag)])))
}

/** The text of `dist/words.json`. */
export async function wordsFile() {
  const languages = { en: english, ...(await translations()) }
  const parts = {
    page_only: Object.keys(pages),
    writer_only: Object.keys(writers),
    in_script: Object.keys(inScript),
  }
  return `${JSON.stringify({ languages, ...parts })}\n`
}

/** @param {string} tag */
async function read(tag) {
  return JSON.parse(await readFile(new URL(`${tag}.json`, folder), 'utf8'))
}

/** One line for each language: its tag, its name, and how much of it is there. */
async function list() {
  const names = new Intl.DisplayNames(['en'], { type: 'language' })
  for (const [tag, texts] of Object.entries({ en: english, ...(await translations()) })) {
    const there = KEYS.filter((key) => key in texts).length
    console.log(`${tag.padEnd(8)} ${names.of(tag)?.padEnd(22)} ${there} of ${KEYS.length}`)
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await list()
