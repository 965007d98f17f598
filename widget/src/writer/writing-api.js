import { request } from '../api.js'

/** @typedef {import('../types.js').Comment} Comment */

const PATIENCE = 30_000

/** What changes something on one comment server; the reading half is `Api`. */
export class WritingApi {
  #base

  /** @param {string} server its address, without a slash at the end */
  constructor(server) {
    this.#base = `${server}/api/v1/`
  }

  /**
   * @param {Record<string, unknown>} comment
   * @returns {Promise<{comment: Comment, author_token: string, expires_at: number}>}
   */
  submit(comment) {
    return this.#write('POST', 'comments', comment)
  }

  /**
   * @param {number} id
   * @param {string} token author token
   * @param {string} body
   * @returns {Promise<{comment: Comment}>}
   */
  revise(id, token, body) {
    return this.#write('PATCH', `comments/${id}`, { body }, token)
  }

  /**
   * @param {number} id
   * @param {string} token author token
   * @returns {Promise<{comment: Comment}>}
   */
  remove(id, token) {
    return this.#write('DELETE', `comments/${id}`, undefined, token)
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} body
   * @param {string} [token]
   * @returns {Promise<any>}
   * @throws {import('../api.js').Problem}
   */
  #write(method, path, body, token) {
    /** @type {Record<string, string>} */
    const headers = { 'Content-Type': 'application/json' }
    if (token) headers.Authorization = `Bearer ${token}`
    const signal = AbortSignal.timeout(PATIENCE)
    const init = { method, headers, body: JSON.stringify(body), signal }
    return request(this.#base + path, { ...init, credentials: 'omit' })
  }
}
