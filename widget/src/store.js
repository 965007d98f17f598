/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {import('./types.js').Slice} Slice */

/**
 * The thread as this visitor sees it, with their own waiting comments in place.
 * It is the only thing that changes it, and fires `change` when it has.
 */
export class Store extends EventTarget {
  /** @type {import('./api.js').Problem | null} */
  problem = null
  /** @type {Slice['site'] | null} */
  site = null
  /** @type {Slice['page'] | null} */
  page = null
  count = 0
  sort = ''
  /** In reading order. @type {Comment[]} */
  comments = []
  /** @type {string | null} */
  next = null
  /** Of a language, until somebody has learnt them. @type {Slice['words']} */
  words = null
  /** @type {string | null} */
  lang = null
  /** True when the list does not begin where the thread begins. */
  partial = false

  #abort = new AbortController()
  /** Comments that this visit has put in; a slice may bring them again, at their true place. */
  #mine = new Set()

  /**
   * @param {import('./api.js').Api} api
   * @param {import('./visitor.js').Visitor} visitor
   * @param {import('./types.js').Address} address
   */
  constructor(api, visitor, address) {
    super()
    this.api = api
    this.visitor = visitor
    this.address = address
  }

  /**
   * Reads the thread from its beginning, or the part of it that holds a comment.
   * @param {{around?: number, fresh?: boolean}} [part]
   */
  async load(part = {}) {
    const signal = this.#abort.signal
    const before = this.comments
    try {
      const slice = await this.api.thread(this.address, part, signal)
      if (signal.aborted) return
      this.#take(slice)
      this.partial = !!part.around && before.length > 0 && !this.find(before[0].id)
    } catch (error) {
      if (signal.aborted) return
      this.problem = /** @type {import('./api.js').Problem} */ (error)
    }
    this.changed()
  }

  /**
   * Reads on: the replies that are folded under a comment, or the next comments of the page.
   * @param {Comment} [comment]
   */
  async more(comment) {
    const after = comment ? comment.more?.after : this.next
    if (!after) return
    const signal = this.#abort.signal
    const slice = await this.api.thread(this.address, { after }, signal)
    if (signal.aborted) return
    if (comment) this.#unfold(comment, slice)
    else this.next = slice.next
    for (const each of slice.comments) this.#add(each)
    this.changed()
  }

  /**
   * @param {number | null} id
   * @returns {Comment | undefined}
   */
  find(id) {
    return this.comments[this.placeOf(id)]
  }

  /** Ends what is under way. */
  stop() {
    this.#abort.abort()
    this.#abort = new AbortController()
  }

  /** @param {Slice} slice */
  #take(slice) {
    const { site, page, count, sort, comments, next, words = null, lang = null } = slice
    Object.assign(this, { site, page, count, sort, next, words, lang, problem: null })
    this.comments = [...comments]
    this.#mine.clear()
    const names = [page.id, this.pageName()]
    for (const held of this.visitor.held(names, (id) => !!this.find(id), Date.now())) {
      this.addOwn(held)
    }
  }

  /**
   * What is still folded after a slice of replies: the slice says it on the comment, or by `next`.
   * @param {Comment} comment
   * @param {Slice} slice
   */
  #unfold(comment, { comments, next }) {
    const left = (comment.more?.count || 0) - comments.length
    const more = next && left > 0 ? { count: left, after: next } : null
    this.replace({ ...comment, more })
  }

  /**
   * Takes a comment from a slice; one that we had put in moves to the place it truly has.
   * @param {Comment} comment
   */
  #add(comment) {
    const at = this.#mine.delete(comment.id) ? this.placeOf(comment.id) : -1
    if (at >= 0 && this.endOf(at) === at + 1) this.comments.splice(at, 1)
    if (!this.replace(comment)) this.#insert(comment)
  }

  /**
   * Puts in a comment of our own that no slice has brought yet.
   * @param {Comment} comment
   */
  addOwn(comment) {
    if (this.replace(comment)) return
    this.#mine.add(comment.id)
    this.#insert(comment, this.sort === 'newest' && !comment.parent_id)
  }

  /**
   * @param {Comment} comment whose depth is that of its place
   * @returns {boolean} whether it was there
   */
  replace(comment) {
    const at = this.placeOf(comment.id)
    if (at >= 0) this.comments[at] = { ...comment, depth: this.comments[at].depth }
    return at >= 0
  }

  /**
   * Behind all that answers its parent, one level deeper; at the end if there is none. (The server
   * knows the depth only where it sees the whole line of parents.)
   * @param {Comment} comment
   * @param {boolean} [isFirst]
   */
  #insert(comment, isFirst) {
    const { comments } = this
    const parent = this.placeOf(comment.parent_id)
    const above = parent < 0 ? this.placeOf(comment.root_id) : parent
    const depth = above < 0 ? comment.depth : comments[above].depth + 1
    const end = above < 0 ? comments.length : this.endOf(above)
    comments.splice(isFirst ? 0 : end, 0, { ...comment, depth })
  }

  /** @param {number | null} id */
  placeOf(id) {
    return this.comments.findIndex((comment) => comment.id === id)
  }

  /**
   * Where the answers to a comment end.
   * @param {number} at
   */
  endOf(at) {
    const depth = this.comments[at].depth
    let end = at + 1
    while (end < this.comments.length && this.comments[end].depth > depth) end++
    return end
  }

  /** What the page is called while the server has no number for it. */
  pageName() {
    const { id, canonical, url } = this.address
    return id || canonical || url || ''
  }

  /** Tells whoever shows the thread that it is not as it was. */
  changed() {
    this.dispatchEvent(new Event('change'))
  }
}
