import { h } from '../dom.js'

/**
 * Asks in a form, once there is an email in it, what its writer wants to be told of by mail. What is
 * chosen is sent with the other fields.
 * @param {HTMLFormElement} form
 * @param {import('../types.js').Scene} scene
 */
export function notifyIn(form, { store, visitor, t }) {
  if (form.querySelector('select')) return
  const choices = /** @type {const} */ ([
    ['', 'notifyNone'],
    ['replies', 'notifyReplies'],
    ['thread', 'notifyThread'],
  ])
  const select = h(
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
