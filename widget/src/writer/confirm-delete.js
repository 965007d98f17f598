import { button, h } from '../dom.js'
import { askInPlace } from './in-place.js'

/**
 * Asks before a comment is deleted, in the place of its buttons.
 * @param {HTMLElement} article
 * @param {import('../types.js').Words} t
 * @param {() => void} remove
 */
export function confirmDelete(article, t, remove) {
  const question = t('deleteSure')
  askInPlace(article, '.delete', (back) =>
    h(
      'div',
      { class: 'sure actions', role: 'group', 'aria-label': question },
      question,
      button(t('delete'), 'do', remove, { class: 'danger' }),
      button(t('keep'), 'do', back),
    ),
  )
}
