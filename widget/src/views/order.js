import { ask, h } from '../dom.js'

const ORDERS = /** @type {const} */ (['oldest', 'newest', 'top'])

/**
 * The choice of the order in which comments stand; there is none among less than two.
 * @param {import('../types.js').Scene} scene
 */
export function orderChoice({ t, store }) {
  const { site } = store
  const offered = site?.votes === 'off' ? ORDERS.slice(0, 2) : ORDERS
  const options = offered.map((value) => h('option', { value }, t(value)))
  const node = h('select', { class: 'order', 'aria-label': t('sort') }, options)
  node.addEventListener('change', () => ask(node, 'sort', node.value))
  const show = () => {
    node.hidden = store.comments.length < 2
    node.value = store.sort
  }
  return { node, show }
}
