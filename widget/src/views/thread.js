import { ask, button, fill, h } from '../dom.js'
import { bodyNodes } from '../tree.js'
import { commentView, MAX_LEVEL, refreshTimes } from './comment.js'
import { notice } from './notice.js'
import { orderChoice } from './order.js'
import { reactionBar } from './reactions.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Scene} Scene */

/**
 * A comment on the screen: its list item, its article, what it was made from, its replies' list, and
 * the button that hides them, once there are any.
 * @typedef {{item: HTMLElement, article: HTMLElement, comment: Comment, replies: HTMLElement,
 *   toggle?: HTMLElement}} Entry
 */

/** So many at first: more than a screen holds, as no comment is lower than this in px. */
const LOWEST = 80
/** So many more in each idle moment; at a quarter of this machine's speed they take 20 ms. */
const STEP = 20
/** Safari has no idle callbacks; its timer takes the second argument as 0. */
const whenIdle = (/** @type {() => void} */ draw) =>
  (globalThis.requestIdleCallback || setTimeout)(draw, /** @type {any} */ ({ timeout: 200 }))

/**
 * The heading and the list of comments. The list keeps its nodes and touches only what changed.
 * At first it draws a screenful, the rest in slices; then it asks for what stands below (`whole`).
 */
export class ThreadView {
  heading = h('h2', { class: 'heading', tabindex: -1, dir: 'auto' })
  /** @type {Map<number, Entry>} */
  entries = new Map()
  #scene
  #jump
  #order
  #reactions
  /** What is new, in a place that is kept free for it: nothing moves when it comes. */
  #news = h('div', { class: 'notice news', role: 'status' })
  /** What the moderators want everybody to see first. */
  #note = h('div', { class: 'body note', dir: 'auto' })
  #said = ''
  #before = h('div')
  /** @type {HTMLElement} */
  #list = h('ol', 'list')
  #after = h('div')
  /** So many comments the walk has placed. */
  #at = 0
  /** The comments that the walk is inside of. @type {Entry[]} */
  #path = []
  /** The last item of each list so far. @type {Map<HTMLElement, HTMLElement>} */
  #last = new Map()
  #turn = 0
  isWhole = false
  node

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene
    this.#jump = button(scene.t('leave'), 'write')
    this.#order = orderChoice(scene)
    this.#reactions = reactionBar(scene)
    const bar = h('div', 'bar', this.heading, this.#order.node, this.#jump)
    const above = [bar, this.#note, this.#reactions.node, this.#news, this.#before]
    this.node = h('div', null, above, this.#list, this.#after)
    this.#list.addEventListener('beforematch', ({ target }) => {
      this.unfold(/** @type {Element} */ (target))
    })
  }

  /**
   * Shows the thread as the store has it.
   * @param {number} now ms UTC
   */
  show(now) {
    const { store, t } = this.#scene
    fill(this.heading, title(this.#scene))
    this.#jump.hidden = !store.comments.length || !!store.page?.closed
    fill(this.#note, bodyNodes(store.page?.note))
    this.#order.show()
    this.#reactions.show()
    this.#tell()
    fill(this.#before, store.partial && notice(button(t('fromStart'), 'start')))
    const isFirst = !this.isWhole && !this.entries.size
    this.#begin(store.comments)
    this.#draw(isFirst ? innerHeight / LOWEST + 1 : Infinity, now)
  }

  /** Draws at once what waits for an idle moment. */
  finish() {
    if (!this.isWhole) this.#draw(Infinity, Date.now())
  }

  /** Forgets what waits for an idle moment. */
  stop() {
    this.#turn++
  }

  /**
   * @param {number} limit
   * @param {number} now
   */
  #draw(limit, now) {
    const { store, t } = this.#scene
    const { comments, next } = store
    const turn = ++this.#turn
    for (const comment of comments.slice(this.#at, limit)) this.#place(comment, now)
    this.#at = limit
    if (limit < comments.length) {
      whenIdle(() => turn === this.#turn && this.#draw(limit + STEP, now))
      return
    }
    this.#leave(0)
    fill(this.#after, next && notice(button(t('more'), 'more')))
    if (this.isWhole) return
    this.isWhole = true
    ask(this.node, 'whole')
  }

  /**
   * Brings the relative times up to date.
   * @param {number} now ms UTC
   */
  tick(now) {
    for (const { article, comment } of this.entries.values()) {
      refreshTimes(article, comment, this.#scene, now)
    }
  }

  /** What came while the thread was read, else what was written since the visit before. */
  #tell() {
    const { store, t } = this.#scene
    const waiting = store.arrived.size
    const count = waiting || store.news.size
    const text = count ? t(waiting ? 'arrived' : 'unread', { count }) : ''
    // Said once, not with every change.
    if (text === this.#said) return
    this.#said = text
    const next = text && button(t('nextUnread'), 'next')
    fill(this.#news, waiting ? button(text, 'arrived') : [text, next])
  }

  /**
   * Hides the replies to a comment, or shows them.
   * @param {Entry} entry
   * @param {boolean} [isFolded]
   */
  fold({ comment, replies, toggle }, isFolded = !replies.hidden) {
    const count = replies.querySelectorAll('article').length + (comment.more?.count || 0)
    // So that the browser's search still finds what is in there, and shows it.
    replies.hidden = isFolded && 'until-found'
    toggle?.setAttribute('aria-expanded', String(!isFolded))
    if (toggle) fill(toggle, this.#scene.t(isFolded ? 'replies' : 'collapse', { count }))
  }

  /**
   * Shows what is hidden around a place.
   * @param {Node} place
   */
  unfold(place) {
    for (const entry of this.entries.values()) {
      if (entry.replies.contains(place)) this.fold(entry, false)
    }
  }

  /**
   * Makes ready for a walk through the thread: what is no more in it goes, the rest stays in place.
   * @param {Comment[]} comments
   */
  #begin(comments) {
    const ids = new Set(comments.map(({ id }) => id))
    for (const [id, { item }] of this.entries) {
      if (ids.has(id)) continue
      item.remove()
      this.entries.delete(id)
    }
    for (const item of this.#list.querySelectorAll('.more')) item.remove()
    this.#at = 0
    this.#path = []
    this.#last = new Map()
  }

  /**
   * One step of the walk: puts a comment into the list of what it answers.
   * @param {Comment} comment
   * @param {number} now
   */
  #place(comment, now) {
    const level = Math.min(comment.depth, MAX_LEVEL, this.#path.length)
    this.#leave(level)
    const entry = this.#entry(this.entries.get(comment.id), comment, now)
    const above = this.#path[level - 1]
    if (above && !above.toggle) {
      const props = { class: 'action fold', 'aria-expanded': 'true' }
      above.toggle = button(this.#scene.t('collapse'), 'fold', above, props)
      above.article.querySelector('.actions')?.append(above.toggle)
    }
    this.#append(above?.replies || this.#list, entry.item)
    this.#path.push(entry)
    this.entries.set(comment.id, entry)
  }

  /** @param {number} level of the comments that the walk comes out of */
  #leave(level) {
    for (const { comment, replies, toggle } of this.#path.splice(level)) {
      if (toggle) toggle.hidden = !replies.firstChild
      if (comment.more) this.#append(replies, moreReplies(comment, comment.more.count, this.#scene))
    }
  }

  /**
   * Puts an item behind the last one of its list; one that is in place stays untouched.
   * @param {HTMLElement} list
   * @param {HTMLElement} item
   */
  #append(list, item) {
    const last = this.#last.get(list)
    const next = last ? last.nextSibling : list.firstChild
    if (next !== item) list.insertBefore(item, next)
    this.#last.set(list, item)
  }

  /**
   * @param {Entry | undefined} old
   * @param {Comment} comment
   * @param {number} now
   * @returns {Entry}
   */
  #entry(old, comment, now) {
    const before = old?.comment
    if (old) old.comment = comment
    if (old && (before === comment || JSON.stringify(before) === JSON.stringify(comment)))
      return old
    const article = commentView(comment, this.#scene, now)
    if (old) return replace(old, article)
    const replies = h('ol', 'replies')
    return { item: h('li', null, article, replies), article, comment, replies }
  }
}

/** @param {Scene} scene */
function title({ store, t, address }) {
  const { count, comments, page } = store
  if (!count && !comments.length) return t('empty')
  const title = address.title || page?.title || ''
  return t(title ? 'heading' : 'replies', { count, title })
}

/**
 * @param {Comment} comment
 * @param {number} count
 * @param {Scene} scene
 */
const moreReplies = (comment, count, { t }) =>
  h('li', 'more', button(t('moreReplies', { count }), 'more', comment))

/**
 * Puts an article in the place of an older one, marked or hidden as that was.
 * @param {Entry} entry
 * @param {HTMLElement} article
 */
function replace(entry, article) {
  const { article: old, toggle } = entry
  if (toggle) article.querySelector('.actions')?.append(toggle)
  article.hidden = old.hidden
  article.classList.toggle('target', old.matches('.target'))
  old.replaceWith(article)
  entry.article = article
  return entry
}
