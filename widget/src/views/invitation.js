import { ask, h } from '../dom.js'
import { field } from './field.js'

/** @typedef {ReturnType<typeof invitation>} Invitation */

/**
 * The place where somebody begins to write, below the thread or under the comment that they answer.
 * When it gets the focus it asks to `write`: the second file arrives and makes the whole form of
 * it, around what is being typed.
 * @param {import('../types.js').Scene} scene
 * @param {string} title
 * @param {import('../types.js').Comment} [parent]
 */
export function invitation(scene, title, parent) {
  const body = field(scene, 'body')
  const node = h(
    'form',
    { class: 'composer', 'aria-label': title },
    h('h3', null, title),
    body.node,
  )
  const place = { node, body, title, parent, quote: '' }
  node.addEventListener('submit', (event) => event.preventDefault())
  body.control.addEventListener('focus', () => ask(node, 'write', place))
  return place
}
