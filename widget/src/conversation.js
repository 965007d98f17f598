import { Problem } from './api.js'
import { fill, h } from './dom.js'
import { tellExactly } from './relative-time.js'
import { confirmDelete, nameOf } from './views/comment.js'
import { Composer } from './views/composer.js'
import { failure, notice, reasonOf, skeleton } from './views/notice.js'
import { ThreadView } from './views/thread.js'

/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {import('./types.js').Draft} Draft */
/** @typedef {import('./views/composer.js').Purpose} Purpose */

/**
 * One thread on the screen: it hears what the views ask for, has the store do it, and shows
 * what came of it.
 */
export class Conversation {
  #scene
  #emit
  /** Not there until the thread is. @type {ThreadView | null} */
  view = null
  /** @type {Composer | null} */
  #mainForm = null
  /** Forms by what they are for; a cancelled one keeps what was typed. */
  #forms = /** @type {Map<string, Composer>} */ (new Map())
  #body = h('div', { 'aria-busy': true })
  #status = h('p', { class: 'unseen', role: 'status' })
  #count = NaN
  node = h('div', null, this.#body, this.#status)

  /** What the views ask for, by name. @type {Record<string, (detail: any) => unknown>} */
  #wishes = {
    start: () => this.#scene.store.load(),
    more: (comment) => this.#readOn(comment),
    whole: () => this.#end(),
    write: () => this.#mainForm?.focus(),
    reply: (comment) => this.#reply(comment),
    edit: (comment) => this.#edit(comment),
    cancel: (purpose) => this.#close(purpose),
    send: (sending) => this.#send(sending),
    delete: (comment) => confirmDelete(this.#article(comment.id), comment, this.#scene),
    remove: (comment) => this.#remove(comment),
  }

  /**
   * @param {import('./types.js').Scene} scene
   * @param {(name: string, detail: object) => void} emit tells the host page
   */
  constructor(scene, emit) {
    this.#scene = scene
    this.store = scene.store
    this.#emit = emit
    this.node.addEventListener('ask', (event) => {
      const { what, detail } = /** @type {CustomEvent} */ (event).detail
      if (what !== 'whole') this.view?.finish()
      this.#wishes[what]?.(detail)
    })
    this.node.addEventListener('pointerover', (event) => tellExactly(event, scene.locale))
    scene.store.addEventListener('change', () => this.#keepFocus(() => this.#show()))
  }

  /** Asks for the thread; the request goes out before anything is drawn. */
  async start() {
    const { store, t } = this.#scene
    const loading = store.load()
    fill(this.#body, skeleton(t))
    await loading
  }

  /** Ends what is under way. */
  stop() {
    this.store.stop()
    this.view?.stop()
  }

  /**
   * @param {number} id
   * @returns {Promise<boolean>} whether it is there
   */
  async focusComment(id) {
    const { store, t } = this.#scene
    if (!this.view) return false
    if (!store.find(id)) await store.load({ around: id })
    const isThere = this.#focus(id, 'start')
    if (!isThere) this.#say(t('notFound'))
    return isThere
  }

  /**
   * Where the focus goes when what has it is taken away: not back to the beginning of the page.
   * @param {() => void} draw
   */
  #keepFocus(draw) {
    const root = /** @type {ShadowRoot} */ (this.node.getRootNode())
    const had = root.activeElement
    draw()
    if (had && !root.activeElement) this.focus()
  }

  /** Goes to the heading, or to the button that tries again. */
  focus() {
    const start = this.view?.heading || this.node.querySelector('button')
    start?.focus()
  }

  #show() {
    const { store, t } = this.#scene
    const { problem, site, count } = store
    this.#body.removeAttribute('aria-busy')
    if (problem) this.#report(problem)
    if (problem && !site) return fill(this.#body, failure(problem, t))
    if (problem) this.#say(t('failed'))
    if (!this.view) {
      this.view = new ThreadView(this.#scene)
      fill(this.#body, this.view.node)
    }
    if (this.#count !== count) this.#emit('count', { count })
    this.#count = count
    this.view.show(Date.now())
  }

  /** All comments stand, so that the form below them moves no more. */
  #end() {
    const { store, t } = this.#scene
    const { page, count } = store
    if (!page?.closed) this.#mainForm = new Composer(this.#scene, { title: t('leave') })
    this.#body.append(this.#mainForm?.node || notice(t('closed')))
    this.#emit('ready', { count, page })
  }

  /** @param {Comment} [comment] */
  async #readOn(comment) {
    const { store, t } = this.#scene
    const before = new Set(store.comments.map(({ id }) => id))
    try {
      await store.more(comment)
      const first = store.comments.find(({ id }) => !before.has(id))
      if (first) this.#focus(first.id, 'nearest')
    } catch (error) {
      this.#report(asProblem(error))
      this.#say(t('failed'))
    }
  }

  /** @param {Comment} comment */
  #reply(comment) {
    const name = nameOf(comment, this.#scene)
    this.#open(comment, { parent: comment, title: this.#scene.t('replyTo', { name }) })
  }

  /** @param {Comment} comment */
  #edit(comment) {
    const { visitor, t } = this.#scene
    const source = visitor.own(comment.id)?.source
    this.#open(comment, { edits: comment, title: t('editing'), source })
    this.#article(comment.id).hidden = true
  }

  /**
   * @param {Comment} comment where it opens
   * @param {Purpose} purpose
   */
  #open({ id }, purpose) {
    const name = nameForm(purpose)
    const form = this.#forms.get(name) || new Composer(this.#scene, purpose)
    this.#forms.set(name, form)
    if (!form.node.isConnected) this.#article(id).after(form.node)
    form.focus()
  }

  /** @param {Purpose} purpose */
  #close(purpose) {
    const { parent, edits } = purpose
    const comment = /** @type {Comment} */ (parent || edits)
    this.#forms.get(nameForm(purpose))?.node.remove()
    const article = this.#article(comment.id)
    article.hidden = false
    const button = article.querySelector(edits ? '.edit' : '.reply')
    if (button instanceof HTMLElement) button.focus()
  }

  /** @param {Purpose & {form: Composer, draft: Draft, sent: string}} sending */
  async #send({ form, draft, sent, ...purpose }) {
    const { store, t } = this.#scene
    const { parent, edits } = purpose
    try {
      let comment = edits || (await store.submit(draft))
      // A try that seemed lost had arrived after all, and its words have changed since.
      const isOld = sent && sent !== draft.body && comment.source === sent.trim()
      if (edits || isOld) comment = await store.revise(comment.id, draft.body)
      form.done()
      if (parent || edits) this.#close(purpose)
      this.#forms.delete(nameForm(purpose))
      this.#focus(comment.id, 'nearest')
      this.#say(t(comment.status !== 'approved' ? 'sentHeld' : edits ? 'saved' : 'sent'))
      this.#emit('submitted', { comment })
    } catch (error) {
      form.fail(this.#report(asProblem(error)))
    }
  }

  /** @param {Comment} comment */
  async #remove({ id }) {
    const { store, t } = this.#scene
    try {
      await store.remove(id)
      this.view?.heading.focus()
      this.#say(t('deleted'))
    } catch (error) {
      const reason = reasonOf(this.#report(asProblem(error)), t)
      const note = this.#article(id).querySelector('.sure .error')
      if (note) fill(note, t('notDeleted', { reason }))
    }
  }

  /**
   * @param {number} id
   * @returns {HTMLElement} of a comment that is shown
   */
  #article(id) {
    const { entries } = /** @type {ThreadView} */ (this.view)
    return /** @type {import('./views/thread.js').Entry} */ (entries.get(id)).article
  }

  /**
   * @param {number} id
   * @param {ScrollLogicalPosition} block
   */
  #focus(id, block) {
    this.view?.finish()
    if (!this.view?.entries.has(id)) return false
    const article = this.#article(id)
    this.node.querySelector('.target')?.classList.remove('target')
    article.classList.add('target')
    article.focus({ preventScroll: true })
    article.scrollIntoView({ block })
    return true
  }

  /** @param {string} text for screen readers; what is seen stands at its place */
  #say(text) {
    fill(this.#status, text)
  }

  /**
   * Tells the host page, and its owner where there is something to set right.
   * @param {Problem} problem
   */
  #report(problem) {
    const { code, status, message, command } = problem
    this.#emit('error', { code, status, message })
    if (status && status !== 422 && status !== 429) {
      console.error(`Afterword: ${message}`, command && !message.includes(command) ? command : '')
    }
    return problem
  }
}

/** @param {Purpose} purpose */
const nameForm = ({ parent, edits }) => (edits ? `edit ${edits.id}` : `reply ${parent?.id}`)

/**
 * What went wrong, as something that can be told; a surprise is told as a failed request.
 * @param {unknown} error
 * @returns {Problem}
 */
function asProblem(error) {
  if (error instanceof Problem) return error
  console.error(error)
  return new Problem(0)
}
