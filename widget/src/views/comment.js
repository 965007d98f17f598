import { button, h } from '../dom.js'
import { relativeTime } from '../relative-time.js'
import { bodyNodes, safeUrl } from '../tree.js'
import { withCount } from './reactions.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Scene} Scene */
/** @typedef {import('../messages.js').Key} Key */

/** Replies deeper than this stand in line and say what they answer. */
export const MAX_LEVEL = 4

/**
 * One comment: who, when, what, and what can be done with it.
 * @param {Comment} comment
 * @param {Scene} scene
 * @param {number} now ms UTC
 * @returns {HTMLElement}
 */
export function commentView(comment, scene, now) {
  const { id, author, depth, body } = comment
  const place = { id: `comment-${id}`, tabindex: -1, 'aria-labelledby': `name-${id}` }
  if (!author) {
    const text = h('p', { class: 'quiet removed', id: `name-${id}` }, scene.t('removed'))
    return h('article', { class: 'comment', ...place }, h('div', 'actions', text))
  }
  const words = h('div', { class: 'body', dir: 'auto' })
  words.append(bodyNodes(body, scene.store.site?.images))
  const isNew = scene.store.news.has(id)
  return h(
    'article',
    { class: `comment${isHeld(comment) ? ' held' : ''}${isNew ? ' new' : ''}`, ...place },
    avatar(author),
    h(
      'div',
      null,
      header(comment, scene, now),
      depth > 2 && inReplyTo(comment, scene),
      words,
      actions(comment, scene, now),
    ),
  )
}

/**
 * The name that a comment goes by.
 * @param {Comment | undefined} comment
 * @param {Scene} scene
 */
export function nameOf(comment, { t }) {
  return comment?.author ? comment.author.name || t('anonymous') : t('someone')
}

/**
 * Brings the times and the edit button of a comment up to date.
 * @param {HTMLElement} article
 * @param {Comment} comment
 * @param {Scene} scene
 * @param {number} now ms UTC
 */
export function refreshTimes(article, comment, scene, now) {
  write(article.querySelector('time'), relativeTime(comment.created_at, now, scene.t))
  const minutes = minutesLeft(comment, scene, now)
  if (minutes) write(article.querySelector('.edit'), scene.t('edit', { minutes }))
  else
    for (const own of article.querySelectorAll('.own')) {
      if (own.matches(':focus')) article.focus()
      own.remove()
    }
}

/** @param {Comment} comment */
const isHeld = ({ status }) => status !== 'approved'

/**
 * @param {Element | null} node
 * @param {string} text
 */
function write(node, text) {
  if (node && node.textContent !== text) node.textContent = text
}

/** @param {NonNullable<Comment['author']>} author */
function avatar({ name, hue, avatar }) {
  const words = name.trim().split(/\s+/)
  const initials = [...new Set([words[0], words.at(-1) || ''])].map((word) => [...word][0])
  const text = avatar || initials.join('').toUpperCase()
  const node = h('span', { class: 'avatar', 'aria-hidden': true }, text)
  node.style.setProperty('--hue', String(Number(hue) || 0))
  return node
}

/**
 * @param {Comment} comment
 * @param {Scene} scene
 * @param {number} now
 */
function header(comment, scene, now) {
  const { t } = scene
  const { id, author, created_at, edited_at } = comment
  const name = nameOf(comment, scene)
  const href = author?.website && safeUrl(author.website)
  const badge = (/** @type {Key} */ mark) => h('span', 'badge', t(mark))
  return h(
    'header',
    null,
    h(
      'b',
      { id: `name-${id}`, class: 'author', dir: 'auto' },
      href ? h('a', { href, rel: 'nofollow ugc noopener' }, name) : name,
    ),
    author?.staff && badge('staff'),
    author?.verified &&
      h('span', { class: 'badge', title: t('verifiedMeans') }, author.role || t('verified')),
    comment.pinned && badge('pinned'),
    comment.staff_replied && badge('staffReplied'),
    scene.store.news.has(id) && badge('isNew'),
    h(
      'span',
      'quiet',
      time(created_at, relativeTime(created_at, now, t)),
      !!edited_at && time(edited_at, ` · ${t('edited')}`),
      isHeld(comment) && h('span', 'waits', ` · ${t('held')}`),
    ),
  )
}

/**
 * @param {number} at ms UTC
 * @param {string} words
 */
const time = (at, words) => h('time', { datetime: new Date(at).toISOString() }, words)

/**
 * @param {Comment} comment
 * @param {Scene} scene
 */
function inReplyTo({ parent_id, depth }, scene) {
  const name = nameOf(scene.store.find(parent_id), scene)
  // A phone has room for two levels only, see styles.css.
  const look = depth < MAX_LEVEL ? 'quiet narrow' : 'quiet'
  return h('p', look, h('a', { href: permalink(parent_id) }, scene.t('inReplyTo', { name })))
}

/**
 * @param {Comment} comment
 * @param {Scene} scene
 * @param {number} now
 */
function actions(comment, scene, now) {
  const { t, store, visitor } = scene
  const { id } = comment
  const name = nameOf(comment, scene)
  const minutes = minutesLeft(comment, scene, now)
  const isOwn = visitor.own(id)
  const act = (/** @type {string} */ what, /** @type {string} */ label, said = '', own = '') =>
    button(label, what, comment, { class: `action ${what}${own}`, 'aria-label': said || null })
  const votes = isOwn ? 'off' : store.site?.votes
  return h(
    'div',
    'actions',
    !isHeld(comment) && [
      !store.page?.closed && act('reply', t('reply'), t('replyTo', { name })),
      votes !== 'off' && vote('like', 1, comment, scene),
      votes === 'both' && vote('dislike', -1, comment, scene),
      h(
        'a',
        { class: 'action', href: permalink(id), 'aria-label': t('linkTo', { name }) },
        t('link'),
      ),
      !isOwn && act('report', t('report'), t('reportOf', { name })),
    ],
    minutes > 0 && [
      act('edit', t('edit', { minutes }), '', ' own'),
      act('delete', t('delete'), '', ' own'),
    ],
  )
}

/**
 * @param {'like' | 'dislike'} what
 * @param {1 | -1} value
 * @param {Comment} comment
 * @param {Scene} scene
 */
function vote(what, value, comment, { t, visitor }) {
  const count = value > 0 ? comment.up : comment.down
  return button(
    withCount(t(what), count, t),
    'vote',
    { comment, value },
    {
      class: `action ${what}`,
      'aria-pressed': String(visitor.of('votes', comment.id) === value),
    },
  )
}

/**
 * The minutes in which this reader may still change a comment; 0 if it is not theirs.
 * @param {Comment} comment
 * @param {Scene} scene
 * @param {number} now
 */
function minutesLeft({ id }, { visitor }, now) {
  const expires = visitor.own(id)?.expires || now
  return Math.max(0, Math.ceil((expires - now) / 60_000))
}

/** @param {number | null} id */
const permalink = (id) => `${location.href.split('#')[0]}#comment-${id}`
