/** @typedef {import('./types.js').Me} Me */
/** @typedef {import('./types.js').Own} Own */
/** @typedef {import('./types.js').Comment} Comment */

/** @typedef {import('./types.js').Draft} Draft */

/**
 * @typedef {object} Memory
 * @property {Me} [me]
 * @property {string} [token]
 * @property {{token: string, name: string, mails?: boolean}} [reader] who is signed in; by an address, or else by the site
 * @property {Record<string, Own>} [own]
 * @property {Draft[]} [drafts] the newest first
 * @property {string} [sort] the order that the reader has chosen
 * @property {Record<string, number>} [votes] by the id of the comment
 * @property {Record<string, string>} [reactions] by the name of the page
 * @property {Record<string, number>} [visits] by the id of the page: when it was last read, ms UTC
 */

const HELD_FOR = 30 * 24 * 3600 * 1000
const VISITS = 100
const VISITS_FOR = 90 * 24 * 3600 * 1000

/**
 * What this browser remembers of its reader, for one comment server: what they wrote and chose, and
 * when they last read which page. It is kept in the host page's localStorage, or in memory where storage is denied.
 */
export class Visitor {
  #key
  /** @type {Memory} */
  #memory = {}
  /** Name and contact of this visit; kept on the device only if the reader ticks the box. @type {Me} */
  me

  /** @param {string} server address of the comment server */
  constructor(server) {
    this.#key = `afterword:${server}`
    this.me = this.read().me || { remember: false }
  }

  /**
   * @param {number} id
   * @returns {Own | undefined}
   */
  own(id) {
    return this.of('own', id)
  }

  /**
   * What is remembered under a name, such as the vote on a comment. It is asked for each one that is
   * drawn, hence without a look into the storage.
   * @template {'own' | 'votes' | 'reactions' | 'visits'} K
   * @param {K} what
   * @param {number | string} name
   * @returns {NonNullable<Memory[K]>[string] | undefined}
   */
  of(what, name) {
    return /** @type {any} */ (this.#memory)[what]?.[name]
  }

  /**
   * Remembers when a page was read.
   * @param {number} page
   * @param {number} now ms UTC
   */
  visit(page, now) {
    this.change((memory) => {
      const visits = Object.entries({ ...memory.visits, [page]: now })
        .filter(([, at]) => now - at < VISITS_FOR)
        .sort(([, one], [, other]) => other - one)
      memory.visits = Object.fromEntries(visits.slice(0, VISITS))
    })
  }

  /**
   * @param {number} id
   * @param {Own | undefined} own undefined: forget it
   */
  keep(id, own) {
    this.change((memory) => {
      memory.own = { ...memory.own, [id]: /** @type {Own} */ (own) }
    })
  }

  /**
   * This reader's comments that wait on a page and are not among those shown there. What has run
   * out, here or elsewhere, is forgotten.
   * @param {unknown[]} names of the page: its id, its address
   * @param {(id: number) => boolean} isShown
   * @param {number} now ms UTC
   * @returns {Comment[]}
   */
  held(names, isShown, now) {
    const found = []
    for (const [key, own] of Object.entries(this.read().own || {})) {
      const { page, held, expires } = own || {}
      const id = Number(key)
      const isHere = names.includes(page)
      const isOver = !held || (isHere && isShown(id)) || now - held.created_at > HELD_FOR
      if (!isOver && isHere) found.push(held)
      if (!isOver) continue
      if (!(expires > now)) this.keep(id, undefined)
      else if (held) this.keep(id, { ...own, held: undefined })
    }
    return found
  }

  /** @returns {Memory} */
  read() {
    try {
      const stored = JSON.parse(localStorage.getItem(this.#key) || 'null')
      if (stored && typeof stored === 'object') this.#memory = stored
    } catch {
      // Storage is denied, or holds something that is not ours: this visit's memory serves.
    }
    return this.#memory
  }

  /** @param {(memory: Memory) => void} change */
  change(change) {
    const memory = this.read()
    change(memory)
    try {
      localStorage.setItem(this.#key, JSON.stringify(memory))
    } catch {
      // Denied or full: what is remembered lasts as long as the page.
    }
  }
}
