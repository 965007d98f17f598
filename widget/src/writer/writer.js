import { h } from '../dom.js'
import { composer } from './composer.js'
import { draftsOf } from './drafts.js'
import { react, vote } from './opinions.js'
import { reasonOf } from './reason.js'
import { sendingOf } from './sending.js'
import { quote } from './toolbar.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../messages.js').Key} Key */
/** @typedef {import('../views/invitation.js').Invitation} Invitation */
/** @typedef {import('./composer.js').Composer} Composer */

/**
 * What somebody who writes asks of a thread, by name; the reader's file fetches it when that begins.
 * @param {import('../conversation.js').Conversation} conversation
 * @param {import('../types.js').Scene} scene
 * @returns {Record<string, (detail: any) => unknown>}
 */
export function writer(conversation, scene) {
  const { fetchFile, store, visitor, t } = scene
  /** Forms by the place that they were made of, or the id of the comment that they change. */
  const forms = /** @type {Map<Invitation | number, Composer>} */ (new Map())
  /** Says what came in the way. */
  const why = (/** @type {unknown} */ error, /** @type {Key} */ word = 'notDone') =>
    t(word, { reason: reasonOf(conversation.report(error), t) })
  const article = (/** @type {number} */ id) => conversation.article(id)

  /**
   * The form for a purpose; one that was cancelled still holds what was typed.
   * @param {Invitation | number} key
   * @param {import('./composer.js').Purpose} purpose
   */
  const formFor = (key, purpose) => {
    const form = forms.get(key) || composer(scene, purpose, { send, cancel, render })
    forms.set(key, form)
    return form
  }

  /** @param {Composer} form that answers or edits */
  const cancel = ({ node, purpose: { parent, edits } }) => {
    node.remove()
    const place = article(/** @type {Comment} */ (parent || edits).id)
    place.hidden = false
    const opener = /** @type {HTMLElement | null} */ (
      place.querySelector(edits ? '.edit' : '.reply')
    )
    opener?.focus()
  }

  /**
   * What a further file does: few who write meet it.
   * @param {string} what
   * @param {number | string} [about] the number of a comment, or what is written
   */
  const fetchFurther = (what, about) =>
    fetchFile(QUESTIONS).then((questions) => questions(conversation, scene, attempt)[what](about))

  const [send, shelve] = sendingOf(conversation, scene, fetchFurther, (form) => {
    cancel(form)
    forms.delete(Number(form.purpose.edits?.id))
  })

  /** @param {string} text */
  const render = (text) => fetchFurther('preview', text).catch(why)

  /**
   * Waits for something; what comes in its way is said where it was asked for.
   * @param {Promise<unknown>} doing
   * @param {number} [id] of the comment that it is about
   * @param {Key} [word]
   * @returns {Promise<unknown>} whether it was done
   */
  const attempt = (doing, id, word) =>
    doing.then(
      () => true,
      (error) => {
        const about = id ? article(id) : conversation.node
        const place = about.querySelector(id ? '.actions' : '.reactions')
        place?.querySelector('.error')?.remove()
        place?.append(h('p', { class: 'error', role: 'status' }, why(error, word)))
      },
    )

  const ask =
    (/** @type {string} */ what) =>
    (/** @type {Comment} */ { id }) =>
      attempt(fetchFurther(what, id), id)

  store.api.bearer = store.site?.sign_in && fetchFurther('account')

  return {
    do: (act) => act(),
    write(place) {
      formFor(place, place)
      if (place.quote) quote(place.body.control, place.quote)
      place.quote = ''
    },
    edit(comment) {
      const { id } = comment
      const source = visitor.own(id)?.source
      const form = formFor(id, { edits: comment, title: t('editing'), source })
      const place = article(id)
      place.after(form.node)
      place.hidden = true
      form.focus()
    },
    resume() {
      for (const draft of draftsOf(store)) if (draft.unsent) shelve(draft).fail()
    },
    delete: ask('delete'),
    report: ask('report'),
    vote: ({ comment: { id }, value }) => attempt(vote(store, id, value), id),
    react: (reaction) => attempt(react(store, reaction)),
  }
}
