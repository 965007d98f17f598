import { button, h } from '../dom.js'
import { threadQuery } from '../page-address.js'

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
 * @param {import('../types.js').Scene} scene
 */
export function failure({ status }, { t, store }) {
  // A sandboxed frame, which no site can allow.
  if (origin === 'null') {
    const href = `${store.api.server}/thread?${threadQuery(store.address)}`
    const link = h('a', { href, target: '_blank', rel: 'noopener' }, t('openPage'))
    return notice(`${t('framed')} `, link)
  }
  if (/^4(?!29)/.test(String(status))) return notice(t('unavailable'))
  return notice(`${t('failed')} `, button(t('retry'), 'start'))
}

/**
 * A calm place holder until the thread is there; it shows only if that takes a while.
 * @param {Words} t
 */
export function skeleton(t) {
  return h('div', 'skeleton', h('p', 'unseen', t('loading')), h('div'), h('div'), h('div'))
}
