import { h } from '../dom.js'
import { field } from '../views/field.js'

const CONTACT = /** @type {const} */ (['name', 'email', 'website'])

/**
 * Who writes: the fields that a site asks for, and whether this device should remember them.
 * @param {import('../types.js').Scene} scene
 */
export function contactOf(scene) {
  const { store, visitor, t } = scene
  const names = CONTACT.filter((name) => store.site?.fields[name] !== 'hidden')
  const fields = names.map((name) => field(scene, name, visitor.me[name]))
  const remember = h('input', { type: 'checkbox' })
  remember.checked = visitor.me.remember
  const rows = [
    h('p', 'quiet', names.includes('email') && `${t('emailPromise')} `, t('requiredMark')),
    fields.length > 0 && [
      h(
        'div',
        'row',
        fields.map(({ node }) => node),
      ),
      h('label', 'remember actions', remember, t('remember')),
    ],
  ]
  return /** @type {const} */ ([fields, rows, remember])
}
