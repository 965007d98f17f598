import { button, fill, h } from '../dom.js'
import { notifyIn } from './notify.js'

/**
 * The place in each form that says who writes. What signs in is fetched once that is wanted: somebody
 * asks for it, is signed in, or nobody else may write.
 * @param {import('../conversation.js').Conversation} conversation
 * @param {import('../types.js').Scene} scene
 * @returns {Promise<() => Promise<string | undefined> | undefined>} what a request says of whoever is there
 */
export async function signInOf(conversation, scene) {
  const { fetchFile, store, t, visitor } = scene
  const { node } = conversation
  const ways = /** @type {NonNullable<import('../types.js').Site['sign_in']>} */ (
    store.site?.sign_in
  )
  /** By their forms. @type {Map<Element, HTMLElement>} */
  const places = new Map()
  /** @type {any} */
  let account

  /** @param {HTMLElement} [place] where somebody has asked for it */
  const want = async (place) => {
    account ||= (await fetchFile(ACCOUNT))(conversation, scene, places, notifyIn)
    account.begin(place)
  }

  /** @param {HTMLElement} place */
  const offer = (place) => {
    const failed = () => fill(place, t('notDone', { reason: t('network') }))
    const ask = button(t('signIn'), 'do', () => want(place).catch(failed))
    fill(place, h('p', 'actions', ask))
  }

  const dress = () => {
    for (const form of node.querySelectorAll('form')) {
      const tools = form.querySelector('.below')
      if (places.has(form) || !tools || !form.querySelector('.below + .quiet')) continue
      const place = h('div', { class: 'account', role: 'group', 'aria-label': t('signIn') })
      tools.after(place)
      places.set(form, place)
      if (account) account.draw(place)
      else offer(place)
    }
  }
  // A form has the focus as soon as it is there, or a moment before it is whole.
  node.addEventListener('focusin', () => setTimeout(dress))
  setTimeout(dress)
  if (ways.users || ways.guests === false || visitor.read().reader) await want()
  return () => account?.bearer()
}
