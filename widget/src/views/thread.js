import { button, fill, h } from '../dom.js'
import { commentView, MAX_LEVEL, refreshTimes } from './comment.js'
import { notice } from './notice.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Scene} Scene */

/**
 * A comment on the screen: its list item, its article, what it was made from, its replies' list.
 * @typedef {{item: HTMLElement, article: HTMLElement, comment: Comment, replies: HTMLElement}} Entry
 */

/**
 * The heading and the list of comments. The list keeps its nodes and touches only what changed.
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
    this.#arrange(store.comments, now)
    fill(this.#after, store.next && notice(button(t('more'), 'more')))
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
   * Puts each comment into the list of what it answers, walking the reading order once.
   * @param {Comment[]} comments
   * @param {number} now
   */
  #arrange(comments, now) {
    const old = this.entries
    this.entries = new Map()
    const lists = new Map([[this.#list, /** @type {HTMLElement[]} */ ([])]])
    /** The comments that the walk is inside of. @type {Entry[]} */
    const path = []
    const leave = (/** @type {number} */ level) => {
      for (const { comment, replies } of path.splice(level)) {
        if (comment.more) lists.get(replies)?.push(this.#unfold(comment, comment.more.count))
      }
    }
    for (const comment of comments) {
      const level = Math.min(comment.depth, MAX_LEVEL, path.length)
      leave(level)
      const entry = this.#entry(old.get(comment.id), comment, now)
      lists.get(path[level - 1]?.replies || this.#list)?.push(entry.item)
      lists.set(entry.replies, [])
      path.push(entry)
      this.entries.set(comment.id, entry)
    }
    leave(0)
    for (const [list, items] of lists) settle(list, items)
  }

  /**
   * @param {Entry | undefined} old
   * @param {Comment} comment
   * @param {number} now
   * @returns {Entry}
   */
  #entry(old, comment, now) {
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
    return h('li', null, button(this.#scene.t('moreReplies', { count }), 'more', comment))
  }
}

/**
 * Makes these the children of a list; nodes that are in place stay untouched.
 * @param {HTMLElement} list
 * @param {HTMLElement[]} items
 */
function settle(list, items) {
  const stay = new Set(items)
  for (const child of [...list.children]) {
    if (!stay.has(/** @type {HTMLElement} */ (child))) child.remove()
  }
  for (const [at, item] of items.entries()) {
    if (list.children[at] !== item) list.insertBefore(item, list.children[at] || null)
  }
  list.hidden = !items.length
}
