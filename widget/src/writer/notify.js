import { h } from '../dom.js'

/**
 * Asks in a form, once there is an email in it, what its writer wants to be told of by mail. What is
 * chosen is sent with the other fields.
 * @param {HTMLFormElement} form
 * @param {import('../types.js').Scene} scene
 * @param {boolean} [isConfirmed] the address is, so that nobody is asked for that again
 */
export function notifyIn(form, { store, visitor, t }, isConfirmed = false) {
  const choices = /** @type {const} */ ([
    ['', 'notifyNone'],
    ['replies', 'notifyReplies'],
    ['thread', 'notifyThread'],
  ])
  let select = form.querySelector('select')
  if (!select) {
    select = h(
      'select',
      { name: 'notify', class: 'input' },
      choices.map(([value, word]) => h('option', { value }, t(word))),
    )
    select.value = visitor.me.notify || ''
    form
      .querySelector('.row')
      ?.after(
        h('label', 'field', t('notify'), select, h('span', 'quiet', t('notifyOnce'))),
        h('input', { type: 'hidden', name: 'lang', value: store.lang || 'en' }),
      )
  }
  const hint = /** @type {HTMLElement | null} */ (select.nextSibling)
  if (hint) hint.hidden = isConfirmed
}
