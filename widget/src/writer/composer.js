import { ask, button, fill, h, put } from '../dom.js'
import { field } from '../views/field.js'
import { reasonOf } from '../views/notice.js'
import { complaint } from './complaint.js'
import { randomId } from './myself.js'

/** @typedef {import('../types.js').Scene} Scene */
/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../views/field.js').FieldName} FieldName */
/** @typedef {import('../views/field.js').Field} Field */

/**
 * Why a form is made: out of a place where somebody has begun to write, or to edit a comment.
 * @typedef {object} Purpose
 * @property {string} title
 * @property {HTMLFormElement} [node] the place
 * @property {import('../views/field.js').Field} [body] its text field
 * @property {Comment} [parent]
 * @property {Comment} [edits]
 * @property {string} [source]
 */

const CONTACT = /** @type {const} */ (['name', 'email', 'website'])

/**
 * The form that writes a comment, a reply, or the new words of one's own comment.
 * It asks to `send` what was typed, or to `cancel`; nothing typed is ever lost.
 */
export class Composer {
  /** @type {HTMLFormElement} */
  node
  #scene
  /** @type {Field} */
  #body
  #fields = /** @type {Map<FieldName, Field>} */ (new Map())
  #remember = h('input', { type: 'checkbox' })
  #trap = h('input', { name: 'trap', tabindex: -1, autocomplete: 'off' })
  #send = h('button', 'primary')
  #note = h('p', { class: 'error', role: 'status' })
  #clientId = randomId()
  /** What was sent under this id, perhaps without an answer. */
  #sent = ''
  #isBusy = false

  /**
   * @param {Scene} scene
   * @param {Purpose} purpose
   */
  constructor(scene, purpose) {
    const { store, visitor } = scene
    this.#scene = scene
    /** Why it was made. */
    this.purpose = purpose
    this.#body = purpose.body || field(scene, 'body', purpose.source)
    this.#fields.set('body', this.#body)
    for (const name of purpose.edits ? [] : CONTACT) {
      if (store.site?.fields[name] === 'hidden') continue
      this.#fields.set(name, field(scene, name, visitor.me[name]))
    }
    this.#remember.checked = visitor.me.remember
    this.node = this.#form()
    this.#rest()
  }

  focus() {
    this.#body.control.focus()
  }

  /** The comment has arrived: the form is ready for another. */
  done() {
    this.#rest()
    this.#clientId = randomId()
    this.#sent = this.#body.control.value = ''
  }

  /**
   * Says why it was not sent, at the field or below.
   * @param {import('../api.js').Problem} problem
   */
  fail(problem) {
    const { t } = this.#scene
    this.#rest()
    const wrong = new Map(problem.errors.map(({ field, message }) => [field, message]))
    if (this.#complain((name) => wrong.get(name))) return
    fill(this.#note, t('notSent', { reason: reasonOf(problem, t) }))
  }

  #form() {
    const { t } = this.#scene
    const { title, node, parent, edits } = this.purpose
    const contact = [...this.#fields.values()].slice(1).map(({ node }) => node)
    const promise = this.#fields.has('email') ? `${t('emailPromise')} ` : ''
    // The text field of a place stays where it is, for somebody types in it already.
    const form = node || h('form', { class: 'composer', 'aria-label': title }, this.#body.node)
    put(form, [
      !edits && h('p', 'quiet', promise, t('requiredMark')),
      contact.length > 0 && [
        h('div', 'row', contact),
        h('label', 'remember', this.#remember, t('remember')),
      ],
      h('div', { class: 'unseen', 'aria-hidden': true }, h('label', null, t('trap'), this.#trap)),
      h(
        'div',
        'send',
        this.#send,
        (parent || edits) && button(t('cancel'), 'cancel', this),
        this.#note,
      ),
    ])
    form.noValidate = true
    form.addEventListener('submit', (event) => this.#submit(event))
    form.addEventListener('keydown', (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) this.#submit(event)
    })
    return form
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault()
    fill(this.#note)
    if (this.#isBusy || this.#complain((...it) => complaint(this.#scene, ...it))) return
    this.#isBusy = true
    fill(this.#send, this.#scene.t('sending'))
    const draft = this.#draft()
    const sent = this.#sent
    this.#sent ||= draft.body
    ask(this.node, 'send', { form: this, draft, sent })
  }

  /** @returns {import('../types.js').Draft} */
  #draft() {
    const [name, email, website] = CONTACT.map(
      (it) => this.#fields.get(it)?.control.value.trim() || '',
    )
    return {
      body: this.#body.control.value,
      me: { name, email, website: website, remember: this.#remember.checked },
      parent: this.purpose.parent?.id ?? null,
      client_id: this.#clientId,
      trap: this.#trap.value,
    }
  }

  /**
   * Shows what is wrong at each field and goes to the first.
   * @param {(name: FieldName, control: Field['control']) => string | undefined} judge
   * @returns {boolean} whether anything is
   */
  #complain(judge) {
    let first
    for (const [name, { control, complain }] of this.#fields) {
      const text = judge(name, control) || ''
      complain(text)
      if (text) first ??= control
    }
    first?.focus()
    return !!first
  }

  #rest() {
    const { t } = this.#scene
    const { parent, edits } = this.purpose
    this.#isBusy = false
    fill(this.#send, t(edits ? 'save' : parent ? 'postReply' : 'post'))
  }
}
