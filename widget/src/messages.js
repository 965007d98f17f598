// Every word that somebody who reads meets: one|other where there is a count; {names} are filled in.
// (English chooses between them without Intl.PluralRules, and has its own words for times: the first
// use of Intl takes 30 ms in Chromium.) What only writers meet is in writer/messages.js; all other
// languages are in messages/*.json and come with the thread.
export const english = {
  heading: '{count} reply on “{title}”|{count} replies on “{title}”',
  replies: '{count} reply|{count} replies',
  empty: 'No replies yet',
  loading: 'Loading comments…',
  show: 'Show comments',
  more: 'More comments',
  moreReplies: 'Show {count} more reply|Show {count} more replies',
  fromStart: 'Show the comments from the beginning',
  notFound: 'That comment is not here any more.',
  sort: 'Order',
  oldest: 'Oldest first',
  newest: 'Newest first',
  top: 'Most liked first',
  collapse: 'Hide replies',
  unread: '{count} new since your last visit|{count} new since your last visit',
  nextUnread: 'Next new comment',
  isNew: 'new',
  arrived: '{count} new comment|{count} new comments',

  staff: 'Staff',
  now: 'just now',
  minutes: '{count} minute ago|{count} minutes ago',
  hours: '{count} hour ago|{count} hours ago',
  days: 'yesterday|{count} days ago',
  weeks: 'last week|{count} weeks ago',
  months: 'last month|{count} months ago',
  years: 'last year|{count} years ago',
  edited: 'edited',
  held: 'waiting for approval',
  removed: 'This comment was removed.',
  inReplyTo: 'in reply to {name}',
  someone: 'a removed comment',
  anonymous: 'Anonymous',
  reply: 'Reply',
  replyTo: 'Reply to {name}',
  link: 'Link',
  linkTo: 'Link: {name}',
  edit: 'Edit ({minutes} min)',
  delete: 'Delete',
  like: 'Like',
  dislike: 'Dislike',
  report: 'Report',
  reportOf: 'Report the comment by {name}',
  reactions: 'Reactions',

  leave: 'Leave a comment',
  body: 'Comment',
  closed: 'Comments are closed.',
  unavailable: 'Comments are not available on this page.',
  framed: 'Comments cannot be shown in this frame.',
  openPage: 'Open them on their own page',
  failed: 'The comments could not be loaded.',
  retry: 'Try again',
  network: 'the comment server could not be reached. Your text is kept; please try again.',
  wait: 'that was a little fast. Please try again in {count} second.|that was a little fast. Please try again in {count} seconds.',
  outdated: 'This page is older than the comments. Please load it again; your text is kept.',
}

/** @typedef {keyof typeof english | import('./writer/messages.js').Key} Key */
/** @typedef {string | Record<string, string>} Word one text, or a text for each plural category */
/**
 * Says things in one language. `words` can be added to; `lang` is set once they are not English.
 * @typedef {((key: Key, values?: Record<string, string | number>) => string) & {
 *   words: Record<string, Word>, lang: string | null}} Words
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
  const t = /** @type {Words} */ (
    (key, values = {}) => {
      const word = t.words[key]
      const count = Number(values.count)
      if (typeof word === 'object') rules ||= new Intl.PluralRules(t.lang || 'en')
      return choose(word, count, rules).replace(/\{(\w+)\}/g, (_, name) => {
        const value = values[name]
        // The first use of Intl takes some 30 ms in Chromium; small numbers in English need none.
        const isPlain = typeof value === 'string' || (!t.lang && value < 1000)
        return isPlain ? String(value) : value.toLocaleString(t.lang || locale)
      })
    }
  )
  t.words = { ...english }
  t.lang = null
  return t
}

/**
 * @param {Word} word
 * @param {number} count
 * @param {Intl.PluralRules | undefined} rules
 */
function choose(word, count, rules) {
  if (typeof word === 'object') return word[rules?.select(count) || 'other'] ?? word.other
  const [one, other = one] = word.split('|')
  return count === 1 ? one : other
}
