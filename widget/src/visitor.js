/** @typedef {import('./types.js').Me} Me */
/** @typedef {import('./types.js').Own} Own */
/** @typedef {import('./types.js').Comment} Comment */

/** @typedef {import('./types.js').Draft} Draft */

/**
 * @typedef {object} Memory
 * @property {Me} [me]
 * @property {string} [token]
 * @property {Record<string, Own>} [own]
 * @property {Draft[]} [drafts] the newest first
 * @property {Record<string, number>} [votes] by the id of the comment
 * @property {Record<string, string>} [reactions] by the name of the page
 */

const HELD_FOR = 30 * 24 * 3600 * 1000
/** @type {Me} */
const NOBODY = { name: '', email: '', website: '', remember: false }

/**
 * What this browser remembers of its reader, for one comment server: nothing until they write.
 * It is kept in the host page's localStorage, or in memory where storage is denied.
 */
export class Visitor {
  #key
  /** @type {Memory} */
  #memory = {}
  /** Name and contact of this visit; kept on the device only if the reader ticks the box. */
  me = NOBODY

  /** @param {string} server address of the comment server */
  constructor(server) {
    this.#key = `afterword:${server}`
    this.me = { ...NOBODY, ...this.read().me }
  }

  /**
   * @param {number} id
   * @returns {Own | undefined}
   */
  own(id) {
    // Asked for each comment that is drawn, hence without a look into the storage.
    return this.#memory.own?.[id]
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
      const id = Number(key)
      const isHere = names.includes(own?.page)
      const isOver = !own?.held || (isHere && isShown(id)) || now - own.held.created_at > HELD_FOR
      if (own?.held && isHere && !isOver) found.push(own.held)
      if (isOver && own?.held) this.keep(id, { ...own, held: undefined })
      if (isOver && !(own?.expires > now)) this.keep(id, undefined)
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
