/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {import('./types.js').Slice} Slice */

/**
 * The thread as this visitor sees it, with their own waiting comments in place.
 * It is the only thing that changes it, and says so when it has.
 */
export class Store {
  /** Tells whoever shows the thread that it is not as it was; that one puts itself here. */
  changed = () => {}
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
  /** Of the page, up to which we know all. */
  version = 0
  /** Comments that were written since this reader's last visit, by id; empty on the first. */
  news = /** @type {Set<number>} */ (new Set())
  /** When that visit was, ms UTC. */
  since = Infinity
  /** Comments that have come while the thread is read, and wait until they are asked for; by id. */
  arrived = /** @type {Map<number, Comment>} */ (new Map())

  #abort = new AbortController()
  /** Comments that this visit has put in; a slice may bring them again, at their true place. */
  #mine = new Set()

  /**
   * @param {import('./api.js').Api} api
   * @param {import('./visitor.js').Visitor} visitor
   * @param {import('./types.js').Address} address
   */
  constructor(api, visitor, address) {
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
    Object.assign(this, { words: null, lang: null, problem: null }, slice)
    this.comments = [...slice.comments]
    this.arrived.clear()
    this.#mine.clear()
    const { page, comments } = slice
    const visit = this.address.visits !== 'off' && this.visitor.of('visits', Number(page.id))
    if (this.since === Infinity && visit) this.since = visit
    for (const each of comments) this.#note(each)
    const names = [page.id, this.pageName()]
    for (const held of this.visitor.held(names, (id) => !!this.find(id), Date.now())) {
      this.putIn(held)
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
   * Remembers that this reader sees a comment for the first time; none of their own.
   * @param {Comment} comment
   */
  #note({ id, author, created_at }) {
    if (author && created_at > this.since && !this.visitor.own(id)) this.news.add(id)
  }

  /**
   * Takes in what has changed elsewhere. What is read stays where it is: a comment that is new waits
   * in `arrived`, and one that is gone leaves its place. Only where too much has changed to be told,
   * the thread is read anew.
   * @param {string} what `new`, `edited`, `removed` or `count`
   * @param {{comment?: Comment, id?: number, count: number, reload?: boolean}} news
   * @param {number} version of the page
   */
  hear(what, { comment, id = Number(comment?.id), count, reload }, version) {
    const { arrived } = this
    const before = this.find(id)
    if (reload) return this.load({ fresh: true })
    if (before && comment) this.replace({ ...comment, more: before.more })
    else if (before) this.vacate(before)
    else if (!comment) arrived.delete(id)
    else if (arrived.has(id) || (what === 'new' && hasPlace(comment, this)))
      arrived.set(id, comment)
    Object.assign(this, { count, version })
    this.changed()
  }

  /**
   * Shows what has arrived.
   * @returns {number | undefined} the first of them in the thread
   */
  welcome() {
    const { arrived, news } = this
    const ids = new Set(arrived.keys())
    for (const comment of [...arrived.values()]) {
      news.add(comment.id)
      this.putIn(comment)
    }
    this.changed()
    return this.comments.find(({ id }) => ids.has(id))?.id
  }

  /**
   * Takes a comment from a slice; one that we had put in moves to the place it truly has.
   * @param {Comment} comment
   */
  #add(comment) {
    this.#note(comment)
    const at = this.#mine.delete(comment.id) ? this.placeOf(comment.id) : -1
    if (at >= 0 && this.endOf(at) === at + 1) this.comments.splice(at, 1)
    if (!this.replace(comment)) this.#insert(comment)
  }

  /**
   * Puts in a comment that no slice has brought yet, such as one of our own.
   * @param {Comment} comment
   */
  putIn(comment) {
    this.arrived.delete(comment.id)
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
   * Leaves nothing of a comment that is gone but its place.
   * @param {Comment} comment
   */
  vacate(comment) {
    this.replace({ ...comment, author: null, body: [], status: 'removed' })
  }

  /**
   * Behind all that answers its parent, one level deeper; at the end if that is not here. (The server
   * knows the depth only where it sees the whole line of parents.)
   * @param {Comment} comment
   * @param {boolean} [isFirst]
   */
  #insert(comment, isFirst) {
    const { comments } = this
    const parent = this.placeOf(comment.parent_id)
    const above = parent < 0 ? this.placeOf(comment.root_id) : parent
    const depth = above < 0 ? 0 : comments[above].depth + 1
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
}

/**
 * Whether what a comment answers is here; if not, it comes with the part that has it.
 * @param {Comment} comment
 * @param {Store} store
 */
const hasPlace = ({ parent_id }, store) =>
  !parent_id || !!store.find(parent_id) || store.arrived.has(parent_id)
