import { preloaded, threadUrl } from './page-address.js'

/** @typedef {import('./types.js').Address} Address */
/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {{field: string, code: string, message: string}} FieldError */

/** Why a request came to nothing: the server's problem details, or `network`. */
export class Problem extends Error {
  code = 'network'
  /** @type {FieldError[]} */
  errors = []
  /** Seconds. @type {number | undefined} */
  retry_after

  /**
   * @param {number} status 0 when no answer came
   * @param {{detail?: string, code?: string}} [details] RFC 9457
   */
  constructor(status, details = {}) {
    super(details.detail || `The comment server answered ${status}.`)
    if (status) this.code = 'failed'
    Object.assign(this, details)
    this.status = status
  }
}

/** The public API of one comment server; every request of the widget starts here. */
export class Api {
  /** What says who is signed in; the writer's file brings it. @type {any} */
  bearer

  /** @param {string} server its address, without a slash at the end */
  constructor(server) {
    this.server = server
  }

  /**
   * @param {Address} address
   * @param {{after?: string, around?: number, fresh?: boolean}} part
   * @param {AbortSignal} signal
   * @returns {Promise<import('./types.js').Slice>}
   */
  thread(address, { after, around, fresh }, signal) {
    let url = preloaded(this.server, address) || threadUrl(this.server, address)
    if (after) url += `&after=${encodeURIComponent(after)}`
    if (around) url += `&around=${around}`
    // No headers and no credentials option: only then Chromium takes the preloaded answer.
    return request(url, fresh ? { cache: 'no-cache', signal } : { signal })
  }

  /**
   * The words of the form, in the language of a page.
   * @param {Address} address
   * @returns {Promise<{words: Record<string, import('./messages.js').Word>}>}
   */
  words(address) {
    return request(threadUrl(this.server, address, '/words'))
  }
}

/**
 * @param {string} url
 * @param {RequestInit} [init]
 * @returns {Promise<any>}
 * @throws {Problem}
 */
export async function request(url, init) {
  const response = await fetch(url, init).catch(() => null)
  const answer = await response?.json().catch(() => null)
  if (response?.ok && answer) return answer
  throw new Problem(response?.status || 0, answer || {})
}
