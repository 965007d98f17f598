import { fill, h } from '../dom.js'

/** @typedef {import('../types.js').Scene} Scene */
/** @typedef {'body' | 'name' | 'email' | 'website'} FieldName */
/** @typedef {HTMLInputElement | HTMLTextAreaElement} Control */
/** @typedef {ReturnType<typeof field>} Field */

let serial = 0

/**
 * A label, its control and the place for what is wrong with it.
 * @param {Scene} scene
 * @param {FieldName} name
 * @param {string} [value]
 */
export function field({ t, store }, name, value = '') {
  const id = `field-${++serial}`
  const required = name === 'body' || store.site?.fields[name] === 'required'
  const props = { id, name, required, class: 'input', 'aria-describedby': `${id}-error` }
  const hint = name === 'website' ? 'url' : name
  const type = name === 'name' ? 'text' : hint
  /** @type {Control} */
  const control =
    name === 'body'
      ? h('textarea', { ...props, rows: 4, dir: 'auto' })
      : h('input', { ...props, type, autocomplete: hint })
  const error = h('p', { class: 'error', id: `${id}-error` })
  const star = required && h('span', { 'aria-hidden': true }, ' *')
  const node = h('div', 'field', h('label', { for: id }, t(name), star), control, error)
  const complain = (/** @type {string} */ text) => {
    fill(error, text)
    control.setAttribute('aria-invalid', String(!!text))
  }
  control.value = value
  control.addEventListener('input', () => complain(''))
  return { node, control, complain }
}
