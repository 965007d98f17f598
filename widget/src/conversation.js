import { Problem } from './api.js'
import { ask, asked, fill, h } from './dom.js'
import { follow } from './live.js'
import { learn } from './messages.js'
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
  #body = h('div')
  #status = h('p', { class: 'unseen', role: 'status' })
  #count = NaN
  #isThere = false
  #wasThere = false
  #follow
  node = h('div', null, this.#body, this.#status)

  /** What the views ask for, by name. @type {Record<string, (detail: any) => unknown>} */
  #wishes = {
    start: () => this.#scene.store.load(),
    more: (comment) => this.#readOn(comment),
    whole: () => this.#end(),
    write: (place) => (place ? this.write('write', place) : this.#place?.body.control.focus()),
    reply: (comment) => this.#reply(comment),
    fold: (entry) => this.view?.fold(entry),
    sort: (order) => this.#sort(order),
    arrived: () => this.goTo(this.store.welcome(), 'start'),
    next: () => this.#next(),
  }

  /**
   * @param {import('./types.js').Scene} scene
   * @param {(name: string, detail: object) => void} emit tells the host page
   */
  constructor(scene, emit) {
    this.#scene = scene
    this.store = scene.store
    this.#follow = follow(scene.store)
    this.emit = emit
    this.node.addEventListener('ask', (event) => {
      const { what, detail } = /** @type {CustomEvent} */ (event).detail
      if (what !== 'whole') this.view?.finish()
      if (this.#wishes[what]) this.#wishes[what](detail)
      else this.write(what, detail)
    })
    this.node.addEventListener('click', ({ target }) => {
      const pressed = /** @type {Element} */ (target).closest('button')
      const wish = pressed && asked.get(pressed)
      if (wish) ask(pressed, ...wish)
    })
    this.node.addEventListener('keydown', (event) => {
      const { key, ctrlKey, metaKey, target } = event
      const isTyped = /** @type {Element} */ (target).matches('input, textarea, select')
      if (key === 'n' && !(ctrlKey || metaKey || isTyped)) this.#next()
    })
    for (const name of ['pointerover', 'focusin']) {
      this.node.addEventListener(name, ({ target }) => {
        tellExactly(/** @type {Element} */ (target), scene.locale)
        this.#expect(/** @type {Element} */ (target))
      })
    }
    scene.store.changed = () => this.#keepFocus()
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
    this.attend(false)
  }

  /**
   * While somebody is there, hears what others write; when they go, remembers that they were.
   * @param {boolean} isThere
   */
  attend(isThere) {
    this.#isThere = isThere
    if (!this.view?.isWhole || isThere === this.#wasThere) return
    this.#wasThere = isThere
    this.#follow(isThere)
    const { page, comments, address, visitor } = this.store
    if (isThere || address.visits === 'off' || !page?.id || !comments.length) return
    visitor.visit(page.id, Date.now())
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
   */
  #keepFocus() {
    const root = /** @type {ShadowRoot} */ (this.node.getRootNode())
    const had = root.activeElement
    const id = had?.closest('[id]')?.id
    this.#show()
    if (!had || root.activeElement) return
    const place = root.getElementById(id || '')
    const same = place?.querySelector(`[part="${had.getAttribute('part')}"]`)
    const next = /** @type {HTMLElement | null} */ (same || place)
    if (next) next.focus({ preventScroll: true })
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
    if (problem) this.report(problem)
    if (problem && !site) return fill(this.#body, failure(problem, this.#scene))
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
    learn(t, words, lang)
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
    this.attend(this.#isThere)
  }

  /** @param {string} order */
  async #sort(order) {
    const { address, store, t, visitor } = this.#scene
    visitor.change((memory) => {
      memory.sort = order
    })
    address.sort = order
    await store.load()
    if (!store.problem) this.say(t(/** @type {'oldest' | 'newest' | 'top'} */ (order)))
  }

  /** Goes to the new comment that follows the one where the reader is, else to the first. */
  #next() {
    const all = [...this.node.querySelectorAll('.new')]
    const at = all.indexOf(/** @type {Element} */ (this.node.querySelector('.target')))
    const next = all[at + 1] || all[0]
    if (next) this.goTo(Number(next.id.slice(8)), 'start')
  }

  /**
   * Fetches the writer's file as soon as somebody looks like writing, so that it is there at once.
   * @param {Element} target
   */
  #expect(target) {
    if (target.closest('form, .reply')) this.#readyWriter().catch(() => {})
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
    try {
      const wishes = await this.#readyWriter()
      wishes[what]?.(detail)
    } catch (error) {
      const { status } = this.report(error)
      const text = this.#scene.t(status || navigator.onLine ? 'outdated' : 'network')
      if (detail?.body?.complain) detail.body.complain(text)
      else this.say(text)
    }
  }

  /** One writer for this thread; one that could not be fetched is asked for again. */
  #readyWriter() {
    this.#writer ||= this.#fetchWriter().catch((error) => {
      this.#writer = null
      throw error
    })
    return this.#writer
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
   * @param {number | undefined} id
   * @param {ScrollLogicalPosition} block
   */
  goTo(id, block) {
    this.view?.finish()
    const article = this.view?.entries.get(Number(id))?.article
    if (!article) return false
    this.view?.unfold(article)
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
    const { code, status, message } = problem
    this.emit('error', { code, status, message })
    if (status && status !== 422 && status !== 429) console.error(`Afterword: ${message}`)
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
