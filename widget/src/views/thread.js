import { ask, button, fill, h } from '../dom.js'
import { commentView, MAX_LEVEL, refreshTimes } from './comment.js'
import { notice } from './notice.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Scene} Scene */

/**
 * A comment on the screen: its list item, its article, what it was made from, its replies' list.
 * @typedef {{item: HTMLElement, article: HTMLElement, comment: Comment, replies: HTMLElement}} Entry
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
  #before = h('div')
  /** @type {HTMLElement} */
  #list = h('ol', 'list')
  #after = h('div')
  /** Of the walk before. @type {Map<number, Entry>} */
  #old = new Map()
  /** The comments that the walk is inside of. @type {Entry[]} */
  #path = []
  /** The last item of each list so far. @type {Map<HTMLElement, HTMLElement>} */
  #last = new Map()
  /** @type {HTMLElement[]} */
  #unfolds = []
  #turn = 0
  isWhole = false
  node

  /** @param {Scene} scene */
  constructor(scene) {
    this.#scene = scene
    this.#jump = button(scene.t('leave'), 'write')
    const bar = h('div', 'bar', this.heading, this.#jump)
    this.node = h('div', null, bar, this.#before, this.#list, this.#after)
  }

  /**
   * Shows the thread as the store has it.
   * @param {number} now ms UTC
   */
  show(now) {
    const { store, t } = this.#scene
    fill(this.heading, this.#title())
    this.#jump.hidden = !store.comments.length || !!store.page?.closed
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
    for (const comment of comments.slice(this.entries.size, limit)) this.#place(comment, now)
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

  #title() {
    const { store, t, address } = this.#scene
    const { count, comments, page } = store
    if (!count && !comments.length) return t('empty')
    const title = address.title || page?.title || ''
    return t(title ? 'heading' : 'replies', { count, title })
  }

  /**
   * Makes ready for a walk through the thread: what is no more in it goes, the rest stays in place.
   * @param {Comment[]} comments
   */
  #begin(comments) {
    const ids = new Set(comments.map(({ id }) => id))
    for (const [id, { item }] of this.entries) if (!ids.has(id)) item.remove()
    for (const item of this.#unfolds.splice(0)) item.remove()
    this.#old = this.entries
    this.entries = new Map()
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
    const entry = this.#entry(this.#old.get(comment.id), comment, now)
    this.#append(this.#path[level - 1]?.replies || this.#list, entry.item)
    this.#path.push(entry)
    this.entries.set(comment.id, entry)
  }

  /** @param {number} level of the comments that the walk comes out of */
  #leave(level) {
    for (const { comment, replies } of this.#path.splice(level)) {
      if (comment.more) this.#append(replies, this.#unfold(comment, comment.more.count))
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
    if (old?.comment === comment) return old
    if (old && JSON.stringify(old.comment) === JSON.stringify(comment)) return { ...old, comment }
    const article = commentView(comment, this.#scene, now)
    if (old) {
      old.article.replaceWith(article)
      return { ...old, article, comment }
    }
    const replies = h('ol', 'replies')
    return { item: h('li', null, article, replies), article, comment, replies }
  }

  /**
   * @param {Comment} comment
   * @param {number} count
   */
  #unfold(comment, count) {
    const item = h('li', null, button(this.#scene.t('moreReplies', { count }), 'more', comment))
    this.#unfolds.push(item)
    return item
  }
}
