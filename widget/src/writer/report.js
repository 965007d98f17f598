import { button, h } from '../dom.js'
import { askInPlace, valuesOf } from './in-place.js'

const REASONS = /** @type {const} */ (['spam', 'abuse', 'private', 'off_topic', 'other'])
const MOST = 500

/**
 * Asks what is wrong with a comment, in the place of its buttons.
 * @param {HTMLElement} article
 * @param {import('../types.js').Words} t
 * @param {(report: object, back: () => void) => void} tell
 */
export function reportForm(article, t, tell) {
  const text = h('textarea', { class: 'input', name: 'text', dir: 'auto' })
  text.maxLength = MOST
  const reasons = REASONS.map((value) => {
    const input = h('input', { type: 'radio', name: 'reason', required: true })
    input.value = value
    return h('label', 'remember actions', input, t(value))
  })
  askInPlace(article, '.report', (back) => {
    const form = h(
      'form',
      'composer',
      h('fieldset', null, h('legend', null, t('reportWhy')), reasons),
      h('label', 'field', t('reportText'), text),
      h(
        'div',
        'send actions',
        h('button', 'primary', t('reportSend')),
        button(t('cancel'), 'do', back),
      ),
    )
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      tell(valuesOf(form), back)
    })
    return form
  })
}
