import { button, fill, h, put } from '../dom.js'
import { field } from '../views/field.js'
import { complaint } from './complaint.js'
import { contactOf } from './contact.js'
import { draftsOf, keep } from './drafts.js'
import { valuesOf } from './in-place.js'
import { later } from './later.js'
import { randomId } from './myself.js'
import { previewOf } from './preview.js'
import { reasonOf } from './reason.js'
import { shortcut, toolbar } from './toolbar.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Draft} Draft */
/** @typedef {import('../views/field.js').Field} Field */
/** @typedef {import('../views/field.js').Control} Control */
/** @typedef {ReturnType<typeof composer>} Composer */

/**
 * Why a form is made: out of a place where somebody has begun to write, or to edit a comment.
 * @typedef {object} Purpose
 * @property {string} title
 * @property {HTMLFormElement} [node] the place
 * @property {Field} [body] its text field
 * @property {Comment} [parent]
 * @property {Comment} [edits]
 * @property {string} [source]
 */

/**
 * What a form has others do.
 * @typedef {object} Acts
 * @property {(form: any, draft: Draft) => void} send
 * @property {(form: any) => void} cancel
 * @property {(body: string) => Promise<import('../dom.js').Child>} render how a text will look
 */

/**
 * The form that writes a comment, a reply, or the new words of one's own comment; nothing typed is
 * ever lost.
 * @param {import('../types.js').Scene} scene
 * @param {Purpose} purpose
 * @param {Acts} acts
 */
export function composer(scene, purpose, { send, cancel, render }) {
  const { fetchFile, store, t } = scene
  const { title, parent, edits, source = '' } = purpose
  const body = purpose.body || field(scene, 'body', source)
  const control = /** @type {HTMLTextAreaElement} */ (body.control)
  const [fields, rows, remember] = edits ? [[], []] : contactOf(scene)
  const trap = h('input', { name: 'trap', tabindex: -1, autocomplete: 'off' })
  const tools = toolbar(t, control)
  const [look, toggle, show] = previewOf(t, control, tools, render)
  const hint = h('p', { class: 'quiet', role: 'status' })
  const note = h('p', { class: 'error', role: 'status' })
  const sender = h('button', 'primary')
  // The text field of a place stays where it is, for somebody types in it already.
  const node = purpose.node || h('form', { class: 'composer', 'aria-label': title }, body.node)
  let id = randomId()
  let begun = Date.now()
  let isBusy = false

  /** @returns {Draft} */
  const draft = () => ({
    ...{ page: store.pageName(), parent: parent?.id ?? null, edit: edits?.id, client_id: id },
    ...{ at: Date.now(), body: control.value, seconds: (Date.now() - begun) / 1000 },
    me: { ...valuesOf(node), ...{ body: undefined }, remember: !!remember?.checked },
  })

  /** The form is ready for another. */
  const rest = () => {
    isBusy = false
    show()
    fill(hint)
    fill(sender, t(edits ? 'save' : parent ? 'postReply' : 'post'))
  }

  /** What typing leaves behind when it pauses: a draft, and word of how much room is left. */
  const pause = () => {
    if (isBusy) return
    const text = control.value
    const kept = draft()
    keep(store, { ...kept, body: text === source ? '' : text })
    const most = store.site?.max_length || Infinity
    const left = most - [...text.trim()].length
    const word = left < 0 ? 'tooLong' : 'left'
    fill(hint, left < most / 10 && t(word, { count: Math.abs(left) }))
    // Where the file cannot be had, nobody is asked about mails; `String` does nothing.
    if (kept.me?.email) fetchFile(QUESTIONS).then((ask) => ask(0, scene).notify(node), String)
  }

  /** Takes up what was begun here before. */
  const resume = () => {
    const { parent, edit } = draft()
    const kept = draftsOf(store).find(
      (it) => it.parent === parent && it.edit === edit && !it.unsent,
    )
    if (!kept) return
    id = kept.client_id
    begun = kept.at
    control.value = kept.body + (control.value === source ? '' : control.value)
    const discard = () => {
      control.value = source
      pause()
      control.focus()
    }
    fill(hint, `${t('draft')} `, button(t('discard'), 'do', discard))
  }

  /**
   * Shows what is wrong at each field and goes to the first.
   * @param {(control: Control) => string | false | undefined} judge
   * @returns {boolean} whether anything is
   */
  const complain = (judge) => {
    let first
    for (const { control, complain } of [body, ...fields]) {
      const text = judge(control) || ''
      complain(text)
      if (text) first ??= control
    }
    first?.focus()
    return !!first
  }

  /** @param {Event} event */
  const submit = (event) => {
    event.preventDefault()
    show()
    fill(note)
    if (isBusy || complain((control) => complaint(scene, control))) return
    isBusy = true
    fill(sender, t('sending'))
    send(form, draft())
  }

  /** @param {KeyboardEvent} event */
  const press = (event) => {
    const { key, ctrlKey, metaKey, target } = event
    if (key === 'Escape' && (parent || edits) && control.value === source) cancel(form)
    if (!ctrlKey && !metaKey) return
    if (key === 'Enter') submit(event)
    if (target === control) shortcut(control, event)
  }

  const form = {
    node,
    purpose,
    focus: () => control.focus(),
    /** The comment has arrived: the form is ready for another. */
    done() {
      id = randomId()
      begun = Date.now()
      control.value = ''
      rest()
    },
    /**
     * Says why it was not sent, at the field or below.
     * @param {import('../api.js').Problem} problem
     */
    fail(problem) {
      rest()
      const wrong = new Map(problem.errors.map(({ field, message }) => [field, message]))
      if (!complain(({ name }) => wrong.get(name)))
        fill(note, t('notSent', { reason: reasonOf(problem, t) }))
    },
  }

  control.after(look)
  put(node, [
    h('div', 'below actions', tools, toggle, hint),
    rows,
    h('div', { class: 'unseen', 'aria-hidden': true }, h('label', null, t('trap'), trap)),
    h(
      'div',
      'send actions',
      sender,
      (parent || edits) && button(t('cancel'), 'do', () => cancel(form)),
      note,
    ),
  ])
  node.noValidate = true
  node.addEventListener('submit', submit)
  node.addEventListener('input', () => later(pause))
  node.addEventListener('keydown', press)
  rest()
  resume()
  return form
}
