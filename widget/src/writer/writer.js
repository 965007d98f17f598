import { fill } from '../dom.js'
import { reasonOf } from '../views/notice.js'
import { Composer } from './composer.js'
import { confirmDelete } from './confirm-delete.js'
import css from './styles.css'
import { Writes } from './writes.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Draft} Draft */

/** @type {CSSStyleSheet | undefined} */
let sheet

/** What somebody who writes asks of a thread; the reader's file fetches it when that begins. */
export class Writer {
  #scene
  #conversation
  #writes
  /** Forms by the place that they were made of. */
  #forms = /** @type {Map<import('../views/invitation.js').Invitation, Composer>} */ (new Map())
  /** Forms by the id of the comment that they change; a cancelled one keeps what was typed. */
  #edits = /** @type {Map<number, Composer>} */ (new Map())

  /** What the views ask for, by name. @type {Record<string, (detail: any) => unknown>} */
  wishes = {
    write: (place) => this.#forms.set(place, this.#forms.get(place) || this.#composer(place)),
    edit: (comment) => this.#edit(comment),
    cancel: (form) => this.#close(form),
    send: (sending) => this.#send(sending),
    delete: (comment) =>
      confirmDelete(this.#conversation.article(comment.id), comment, this.#scene),
    remove: (comment) => this.#remove(comment),
  }

  /**
   * @param {import('../conversation.js').Conversation} conversation
   * @param {import('../types.js').Scene} scene
   */
  constructor(conversation, scene) {
    this.#conversation = conversation
    this.#scene = scene
    this.#writes = new Writes(scene.store)
    dress(/** @type {ShadowRoot} */ (conversation.node.getRootNode()))
  }

  /** @param {import('./composer.js').Purpose} purpose */
  #composer(purpose) {
    return new Composer(this.#scene, purpose)
  }

  /** @param {Comment} comment */
  #edit(comment) {
    const { visitor, t } = this.#scene
    const { id } = comment
    const source = visitor.own(id)?.source
    const form =
      this.#edits.get(id) || this.#composer({ edits: comment, title: t('editing'), source })
    this.#edits.set(id, form)
    const article = this.#conversation.article(id)
    if (!form.node.isConnected) article.after(form.node)
    article.hidden = true
    form.focus()
  }

  /** @param {Composer} form that answers or edits */
  #close({ node, purpose: { parent, edits } }) {
    node.remove()
    const { id } = /** @type {Comment} */ (parent || edits)
    const article = this.#conversation.article(id)
    article.hidden = false
    const button = article.querySelector(edits ? '.edit' : '.reply')
    if (button instanceof HTMLElement) button.focus()
  }

  /** @param {{form: Composer, draft: Draft, sent: string}} sending */
  async #send({ form, draft, sent }) {
    const { t } = this.#scene
    const { parent, edits } = form.purpose
    const conversation = this.#conversation
    try {
      let comment = edits || (await this.#writes.submit(draft))
      // A try that seemed lost had arrived after all, and its words have changed since.
      const isOld = sent && sent !== draft.body && comment.source === sent.trim()
      if (edits || isOld) comment = await this.#writes.revise(comment.id, draft.body)
      form.done()
      if (parent || edits) this.#close(form)
      this.#edits.delete(comment.id)
      conversation.goTo(comment.id, 'nearest')
      conversation.say(t(comment.status !== 'approved' ? 'sentHeld' : edits ? 'saved' : 'sent'))
      conversation.emit('submitted', { comment })
    } catch (error) {
      form.fail(conversation.report(error))
    }
  }

  /** @param {Comment} comment */
  async #remove({ id }) {
    const { t } = this.#scene
    const conversation = this.#conversation
    try {
      await this.#writes.remove(id)
      conversation.focus()
      conversation.say(t('deleted'))
    } catch (error) {
      const reason = reasonOf(this.#conversation.report(error), t)
      const note = conversation.article(id).querySelector('.sure .error')
      if (note) fill(note, t('notDeleted', { reason }))
    }
  }
}

/**
 * Gives a thread the look of forms.
 * @param {ShadowRoot} root
 */
function dress(root) {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
  }
  const sheets = root.adoptedStyleSheets
  if (!sheets.includes(sheet)) root.adoptedStyleSheets = [...sheets, sheet]
}
