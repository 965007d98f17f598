// Every word that a reader meets: one|other where there is a count; {names} are filled in. (English
// chooses between them without Intl.PluralRules: the first use of Intl takes 30 ms in Chromium.)
const english = {
  heading: '{count} reply on “{title}”|{count} replies on “{title}”',
  replies: '{count} reply|{count} replies',
  empty: 'No replies yet',
  loading: 'Loading comments…',
  show: 'Show comments',
  more: 'More comments',
  moreReplies: 'Show {count} more reply|Show {count} more replies',
  fromStart: 'Show the comments from the beginning',
  notFound: 'That comment is not here any more.',

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
  editing: 'Edit your comment',
  delete: 'Delete',
  deleteSure: 'Delete this comment?',
  keep: 'Keep it',
  deleted: 'Your comment was deleted.',
  notDeleted: 'Not deleted: {reason}',

  leave: 'Leave a comment',
  emailPromise: 'Your email address will not be published.',
  requiredMark: 'Required fields are marked *',
  body: 'Comment',
  name: 'Name',
  email: 'Email',
  website: 'Website',
  remember: 'Remember me on this device',
  trap: 'Leave this field empty',
  post: 'Post comment',
  postReply: 'Post reply',
  save: 'Save',
  cancel: 'Cancel',
  sending: 'Sending…',
  sent: 'Your comment is published.',
  sentHeld: 'Your comment is waiting for approval. Only you can see it until then.',
  saved: 'Your changes are saved.',
  missing: 'Please fill in this field.',
  badEmail: 'Please check the address. An example: ana@example.org',
  badWebsite: 'Please check the address. An example: https://example.org',
  tooLong: 'This is {count} character too long.|This is {count} characters too long.',

  notSent: 'Not sent: {reason}',
  network: 'the comment server could not be reached. Your text is kept; please try again.',
  wait: 'that was a little fast. Please try again in {count} second.|that was a little fast. Please try again in {count} seconds.',
  closed: 'Comments are closed.',
  unavailable: 'Comments are not available on this page.',
  failed: 'The comments could not be loaded.',
  retry: 'Try again',
}

/** @typedef {keyof typeof english} Key */
/** @typedef {(key: Key, values?: Record<string, string | number>) => string} Words */

/**
 * The language to speak to an element's readers: the page's, as far as there are words in it.
 * @param {Element} element
 * @returns {string} BCP 47
 */
export function localeOf(element) {
  const lang = element.closest('[lang]')?.getAttribute('lang') || navigator.language
  return /^en(-[a-z]{2})?$/i.test(lang) ? lang : 'en'
}

/**
 * Says things in one language.
 * @param {string} locale
 * @returns {Words}
 */
export function speak(locale) {
  return (key, values = {}) => {
    const [one, other = one] = english[key].split('|')
    return (values.count === 1 ? one : other).replace(/\{(\w+)\}/g, (_, name) => {
      const value = values[name]
      // The first use of Intl takes some 30 ms in Chromium; small numbers need none.
      return /** @type {string} */ (Number(value) > 999 ? value.toLocaleString(locale) : value)
    })
  }
}
