import { button, fill, h } from '../dom.js'

/**
 * The few reactions that a site offers for its pages, each with how many readers chose it.
 * @param {import('../types.js').Scene} scene
 */
export function reactionBar({ t, store, visitor }) {
  const props = { class: 'reactions', id: 'reactions', role: 'group', 'aria-label': t('reactions') }
  const node = h('div', props)
  const show = () => {
    const mine = visitor.of('reactions', store.pageName())
    const offered = store.page?.reactions || []
    node.hidden = !offered.length
    fill(
      node,
      offered.map(({ reaction, count }, at) =>
        button(withCount(reaction, count, t), 'react', reaction, {
          class: `reaction reaction-${at}`,
          'aria-pressed': String(reaction === mine),
        }),
      ),
    )
  }
  return { node, show }
}

/**
 * @param {string} label
 * @param {number} count
 * @param {import('../types.js').Words} t
 */
export const withCount = (label, count, t) => (count ? `${label} ${t.digits(count)}` : label)
