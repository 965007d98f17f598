import { button, fill, h } from '../dom.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Scene} Scene */

/**
 * Asks before a comment is deleted, in the place of its buttons.
 * @param {HTMLElement} article
 * @param {Comment} comment
 * @param {Scene} scene
 */
export function confirmDelete(article, comment, { t }) {
  const bar = /** @type {HTMLElement} */ (article.querySelector('.actions'))
  const before = [...bar.children]
  const id = `sure-${comment.id}`
  const keep = button(t('keep'), 'keep')
  const group = h(
    'div',
    { class: 'sure', role: 'group', 'aria-labelledby': id },
    h('span', { id }, t('deleteSure')),
    button(t('delete'), 'remove', comment, { class: 'danger' }),
    keep,
    h('span', { class: 'error', role: 'status' }),
  )
  const back = () => {
    fill(bar, ...before)
    const opener = /** @type {HTMLElement} */ (before.find((node) => node.matches('.delete')))
    opener.focus()
  }
  keep.addEventListener('click', back)
  group.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') back()
  })
  fill(bar, group)
  keep.focus()
}
