import { button, h } from '../dom.js'

/** @typedef {import('../types.js').Words} Words */
/** @typedef {import('../api.js').Problem} Problem */

/**
 * A quiet line, with a button if there is something to do.
 * @param {...import('../dom.js').Child} children
 */
export const notice = (...children) => h('p', 'notice', ...children)

/**
 * Why there is no thread to read.
 * @param {Problem} problem
 * @param {Words} t
 */
export function failure({ status }, t) {
  if (status >= 400 && status < 500 && status !== 429) return notice(t('unavailable'))
  return notice(`${t('failed')} `, button(t('retry'), 'start'))
}

/**
 * Why something was not sent, as the second half of a sentence.
 * @param {Problem} problem
 * @param {Words} t
 * @returns {string}
 */
export function reasonOf({ status, message, retryAfter }, t) {
  if (status === 429) return t('wait', { count: Math.ceil(retryAfter || 30) })
  return status ? message : t('network')
}

/**
 * A calm place holder until the thread is there; it shows only if that takes a while.
 * @param {Words} t
 */
export function skeleton(t) {
  return h('div', 'skeleton', h('p', 'unseen', t('loading')), h('div'), h('div'), h('div'))
}
