/** @typedef {import('../types.js').Me} Me */
/** @typedef {import('../visitor.js').Visitor} Visitor */

/**
 * Keeps name and contact for this visit, and on the device only if the reader has ticked the box.
 * @param {Visitor} visitor
 * @param {Me} me
 */
export function introduce(visitor, me) {
  visitor.me = me
  visitor.change((memory) => {
    memory.me = me.remember ? me : undefined
  })
}

/**
 * This browser's own random name; made when its reader writes for the first time.
 * @param {Visitor} visitor
 */
export function visitorToken(visitor) {
  visitor.change((memory) => {
    memory.token ||= randomId()
  })
  return /** @type {string} */ (visitor.read().token)
}

/**
 * A random UUID (version 4), also on a page without https, where `crypto.randomUUID` is missing:
 * each 0, 1 and 8 of the pattern gives way to random bits, as many as version and variant leave.
 */
export function randomId() {
  return '10000000-1000-4000-8000-100000000000'.replace(/[018]/g, (/** @type {any} */ digit) => {
    const [byte] = crypto.getRandomValues(new Uint8Array(1))
    return (digit ^ (byte & (15 >> (digit / 4)))).toString(16)
  })
}
