import { Problem } from './api.js'
import { fill, h } from './dom.js'
import { tellExactly } from './relative-time.js'
import { selectedWords } from './selection.js'
import { nameOf } from './views/comment.js'
import { invitation } from './views/invitation.js'
import { failure, notice, skeleton } from './views/notice.js'
import { ThreadView } from './views/thread.js'

/** @typedef {import('./types.js').Comment} Comment */

/**
 * One thread on the screen: it hears what the views ask for, has the store do it, and shows
 * what came of it. What only writers ask for is done by the second file, which it then fetches.
 */
export class Conversation {
  #scene
  /** Not there until the thread is. @type {ThreadView | null} */
  view = null
  /** Where a comment is begun. @type {import('./views/invitation.js').Invitation | null} */
  #place = null
  /** Where a comment is answered, by its id. */
  #replies = /** @type {Map<number, import('./views/invitation.js').Invitation>} */ (new Map())
  /** @type {Promise<ReturnType<typeof import('./writer/writer.js').writer>> | null} */
  #writer = null
  #body = h('div', { 'aria-busy': true })
  #status = h('p', { class: 'unseen', role: 'status' })
  #count = NaN
  node = h('div', null, this.#body, this.#status)

  /** What the views ask for, by name. @type {Record<string, (detail: any) => unknown>} */
  #wishes = {
    start: () => this.#scene.store.load(),
    more: (comment) => this.#readOn(comment),
    whole: () => this.#end(),
    write: (place) => (place ? this.write('write', place) : this.#place?.body.control.focus()),
    reply: (comment) => this.#reply(comment),
  }

  /**
   * @param {import('./types.js').Scene} scene
   * @param {(name: string, detail: object) => void} emit tells the host page
   */
  constructor(scene, emit) {
    this.#scene = scene
    this.store = scene.store
    this.emit = emit
    this.node.addEventListener('ask', (event) => {
      const { what, detail } = /** @type {CustomEvent} */ (event).detail
      if (what !== 'whole') this.view?.finish()
      if (this.#wishes[what]) this.#wishes[what](detail)
      else this.write(what, detail)
    })
    this.node.addEventListener('pointerover', (event) => tellExactly(event, scene.locale))
    scene.store.addEventListener('change', () => this.#keepFocus(() => this.#show()))
  }

  /** Asks for the thread; the request goes out before anything is drawn. */
  async start() {
    const { store, t } = this.#scene
    const loading = store.load()
    this.node.lang = t.lang || 'en'
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
    const isThere = this.goTo(id, 'start')
    if (!isThere) this.say(t('notFound'))
    return isThere
  }

  /**
   * Where the focus goes when what has it is taken away: to the same button where its comment is
   * drawn anew, else to the comment; never back to the beginning of the page.
   * @param {() => void} draw
   */
  #keepFocus(draw) {
    const root = /** @type {ShadowRoot} */ (this.node.getRootNode())
    const had = root.activeElement
    const place = had?.closest('article')?.id
    draw()
    if (!had || root.activeElement) return
    const article = root.getElementById(place || '')
    const same = article?.querySelector(`[class="${had.className}"]`)
    const next = /** @type {HTMLElement | null} */ (same || article)
    if (next) next.focus()
    else this.focus()
  }

  /** Goes to the heading, or to the button that tries again. */
  focus() {
    const start = this.view?.heading || this.node.querySelector('button')
    start?.focus()
  }

  #show() {
    const { store, t } = this.#scene
    this.#learn()
    const { problem, site, count } = store
    this.#body.removeAttribute('aria-busy')
    if (problem) this.report(problem)
    if (problem && !site) return fill(this.#body, failure(problem, t))
    if (problem) this.say(t('failed'))
    if (!this.view) {
      this.view = new ThreadView(this.#scene)
      fill(this.#body, this.view.node)
    }
    if (this.#count !== count) this.emit('count', { count })
    this.#count = count
    this.view.show(Date.now())
  }

  /**
   * Opens the place to answer a comment; what was typed there before is still in it.
   * @param {Comment} comment
   */
  #reply(comment) {
    const { t } = this.#scene
    const title = t('replyTo', { name: nameOf(comment, this.#scene) })
    const place = this.#replies.get(comment.id) || invitation(this.#scene, title, comment)
    this.#replies.set(comment.id, place)
    if (!place.node.isConnected) this.article(comment.id).after(place.node)
    place.quote = selectedWords(this.node.getRootNode())
    place.body.control.focus()
  }

  /** Speaks the language whose words came with the thread, or as the site has worded it. */
  #learn() {
    const { store, t } = this.#scene
    const { words, lang } = store
    if (!words) return
    store.words = null
    t.lang = lang
    Object.assign(t.words, words)
    this.node.lang = lang || 'en'
    if (lang) this.node.dir = t.words.dir === 'rtl' ? 'rtl' : 'ltr'
  }

  /** All comments stand, so that the form below them moves no more. */
  #end() {
    const { store, t } = this.#scene
    const { page, count } = store
    if (!page?.closed) this.#place = invitation(this.#scene, t('leave'))
    this.#body.append(this.#place?.node || notice(t('closed')))
    const { drafts = [] } = store.visitor.read()
    if (drafts.some((it) => it.unsent && it.page === store.pageName())) this.write('resume')
    this.emit('ready', { count, page })
  }

  /** @param {Comment} [comment] */
  async #readOn(comment) {
    const { store, t } = this.#scene
    const before = new Set(store.comments.map(({ id }) => id))
    try {
      await store.more(comment)
      const first = store.comments.find(({ id }) => !before.has(id))
      if (first) this.goTo(first.id, 'nearest')
    } catch (error) {
      this.report(error)
      this.say(t('failed'))
    }
  }

  /**
   * Has the writer's file do what somebody asked for, once it is there.
   * @param {string} what
   * @param {any} [detail]
   */
  async write(what, detail) {
    this.#writer ||= this.#fetchWriter()
    try {
      const wishes = await this.#writer
      wishes[what]?.(detail)
    } catch (error) {
      this.#writer = null
      const { status } = this.report(error)
      const text = this.#scene.t(status || navigator.onLine ? 'outdated' : 'network')
      if (detail?.body?.complain) detail.body.complain(text)
      else this.say(text)
    }
  }

  /** The second file and its words, which come beside it in every language. */
  async #fetchWriter() {
    const { fetchWriter, store, t } = this.#scene
    const asked = [fetchWriter(), store.api.words(store.address)]
    const [writer, { words }] = await /** @type {Promise<[any, any]>} */ (Promise.all(asked))
    Object.assign(t.words, words)
    return writer(this, this.#scene)
  }

  /**
   * @param {number} id
   * @returns {HTMLElement} of a comment that is shown
   */
  article(id) {
    const { entries } = /** @type {ThreadView} */ (this.view)
    return /** @type {import('./views/thread.js').Entry} */ (entries.get(id)).article
  }

  /**
   * @param {number} id
   * @param {ScrollLogicalPosition} block
   */
  goTo(id, block) {
    this.view?.finish()
    if (!this.view?.entries.has(id)) return false
    const article = this.article(id)
    this.node.querySelector('.target')?.classList.remove('target')
    article.classList.add('target')
    article.focus({ preventScroll: true })
    article.scrollIntoView({ block })
    return true
  }

  /** @param {string} text for screen readers; what is seen stands at its place */
  say(text) {
    fill(this.#status, text)
  }

  /**
   * Tells the host page, and its owner where there is something to set right.
   * @param {unknown} error a surprise is told as a failed request
   * @returns {Problem}
   */
  report(error) {
    const problem = asProblem(error)
    const { code, status, message, command } = problem
    this.emit('error', { code, status, message })
    if (status && status !== 422 && status !== 429) {
      console.error(`Afterword: ${message}`, command && !message.includes(command) ? command : '')
    }
    return problem
  }
}

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
