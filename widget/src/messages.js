// What is said where no answer has come, or where it brings no words: in English. All else comes with
// the thread, in English (english.js) as in every other language (messages/*.json).
export const english = {
  replies: { one: '{count} reply', other: '{count} replies' },
  loading: 'Loading comments…',
  show: 'Show comments',
  unavailable: 'Comments are not available on this page.',
  framed: 'Comments cannot be shown in this frame.',
  openPage: 'Open them on their own page',
  failed: 'The comments could not be loaded.',
  retry: 'Try again',
}

/** @typedef {keyof typeof english | keyof typeof import('./english.js').english} ReadersKey */
/** @typedef {ReadersKey | import('./writer/messages.js').Key} Key */
/** @typedef {string | Record<string, string>} Word one text, or a text for each plural category */
/**
 * Says things in one language. `words` can be added to; `lang` is set once they are not English.
 * @typedef {((key: Key, values?: Record<string, string | number>) => string) & {
 *   words: Record<string, Word>, lang: string | null, digits: (count: number) => string,
 *   times?: Intl.RelativeTimeFormat}} Words
 */

/**
 * The language to speak to an element's readers: the page's, else the reader's.
 * @param {Element} element
 * @returns {string} BCP 47
 */
export function localeOf(element) {
  const lang = element.closest('[lang]')?.getAttribute('lang') || navigator.language
  return /^[a-z]{2,3}(-[a-z\d]{2,8})*$/i.test(lang) ? lang : 'en'
}

/** @param {string} locale */
export const isEnglish = (locale) => /^en(-|$)/i.test(locale)

/**
 * Says things in English until other words are learnt.
 * @param {string} locale how numbers are written
 * @returns {Words}
 */
export function speak(locale) {
  /** @type {Intl.PluralRules | undefined} */
  let rules
  /** @param {Record<string, string>} forms @param {number} count */
  const choose = (forms, count) => {
    if (!t.lang) return count === 1 ? forms.one : forms.other
    rules ||= new Intl.PluralRules(t.lang)
    return forms[rules.select(count)] ?? forms.other
  }
  const t = /** @type {Words} */ (
    (key, values = {}) => {
      const word = t.words[key]
      // A word that this file knows and the server does not is better shown by its name than not at all.
      const text = typeof word === 'object' ? choose(word, Number(values.count)) : word || key
      return text.replace(/\{(\w+)\}/g, (_, name) => {
        const value = values[name]
        return typeof value === 'string' ? value : t.digits(value)
      })
    }
  )
  // The first use of Intl takes some 30 ms in Chromium; small numbers in English need none.
  t.digits = (count) =>
    !t.lang && count < 1000 ? String(count) : count.toLocaleString(t.lang || locale)
  t.words = { ...english }
  t.lang = null
  return t
}

/**
 * Has it say these words from now on, in this language.
 * @param {Words} t
 * @param {Record<string, Word>} words
 * @param {string | null} lang null for English
 */
export function learn(t, words, lang) {
  t.lang = lang
  Object.assign(t.words, words)
}
