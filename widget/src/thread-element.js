import { Api } from './api.js'
import { Conversation } from './conversation.js'
import { button, fill, h } from './dom.js'
import { localeOf, speak } from './messages.js'
import { pageAddress, preloaded, threadQuery } from './page-address.js'
import { everyMinute } from './relative-time.js'
import { Store } from './store.js'
import css from './styles.css'
import { followTheme } from './theme.js'
import { Visitor } from './visitor.js'

const NEAR = 600
/** @type {CSSStyleSheet | undefined} */
let sheet

/**
 * `<afterword-comments>`: attributes in, events out, and when to begin.
 */
export class ThreadElement extends HTMLElement {
  static observedAttributes = ['site', 'thread-id', 'url', 'title', 'sort', 'lang', 'open']
  /** Address of the comment server, without a slash at the end. */
  static server = ''
  /** Fetches the second file, for whoever writes. @type {import('./types.js').Scene['fetchWriter']} */
  static fetchWriter

  /** @type {Conversation | null} */
  #conversation = null
  /** @type {Promise<void> | undefined} */
  #loading
  #identity = ''
  #isWaiting = false
  // An empty title keeps the host's own `title` from showing as a tooltip over the thread.
  #root = h('div', { class: 'root', title: '' })
  /** What to end when the element leaves the page. */
  #endings = /** @type {(() => void)[]} */ ([])

  connectedCallback() {
    if (!this.#conversation || this.#identity !== this.#identify()) this.#arrive()
    this.#dress()
    const onHash = () => this.#followHash()
    addEventListener('hashchange', onHash)
    this.#endings.push(
      () => removeEventListener('hashchange', onHash),
      everyMinute(() => this.#conversation?.view?.tick(Date.now())),
      followTheme(this, this.#root),
    )
  }

  disconnectedCallback() {
    this.#conversation?.stop()
    if (!this.#conversation?.view?.isWhole) this.#conversation = null
    for (const end of this.#endings.splice(0)) end()
  }

  /** With this, `moveBefore` leaves the element as it is. */
  connectedMoveCallback() {}

  attributeChangedCallback() {
    if (!this.isConnected || this.#isWaiting) return
    this.#isWaiting = true
    queueMicrotask(() => {
      this.#isWaiting = false
      if (!this.isConnected || this.#identity === this.#identify()) return
      if (this.#conversation) this.#start()
      else this.#arrive()
    })
  }

  /** Reads the page's address again, and the thread; what is being typed stays. */
  async refresh() {
    const isSame = this.#conversation?.view && this.#identity === this.#identify()
    await (isSame ? this.#conversation?.store.load({ fresh: true }) : this.#start())
  }

  /**
   * Scrolls to a comment and gives it the focus; if need be it reads the part that holds it.
   * @param {number | string} id
   * @returns {Promise<boolean>} whether the comment is there
   */
  async focusComment(id) {
    if (!this.#conversation) this.#start()
    await this.#loading
    return !!(await this.#conversation?.focusComment(Number(id)))
  }

  /** Begins when it is time: at once, near the viewport, or when somebody asks. */
  #arrive() {
    const open = this.getAttribute('open')
    this.#identity = this.#identify()
    if (commentInHash()) this.#followHash()
    else if (open === 'click') this.#offer()
    else if (open === 'eager' || this.#isNear() || this.#isPreloaded()) this.#start()
    else this.#startWhenNear()
  }

  #startWhenNear() {
    const observer = new IntersectionObserver(
      ([{ isIntersecting }]) => {
        if (!isIntersecting) return
        observer.disconnect()
        if (!this.#conversation) this.#start()
      },
      { rootMargin: `${NEAR}px` },
    )
    observer.observe(this)
    this.#endings.push(() => observer.disconnect())
  }

  /** Asked at once, because the observer's first word comes a frame later. */
  #isNear() {
    const { top, bottom } = this.getBoundingClientRect()
    return top < innerHeight + NEAR && bottom > -NEAR
  }

  #isPreloaded() {
    return preloaded(ThreadElement.server, pageAddress(this))
  }

  #offer() {
    const open = button(this.#scene().t('show'), 'open', null, { class: 'primary' })
    open.addEventListener('click', async () => {
      await this.#start()
      this.#conversation?.focus()
    })
    fill(this.#root, open)
  }

  async #start() {
    this.#conversation?.stop()
    this.#identity = this.#identify()
    const scene = this.#scene()
    const conversation = new Conversation(scene, (name, detail) => this.#emit(name, detail))
    this.#conversation = conversation
    this.#loading = conversation.start()
    fill(this.#root, conversation.node)
    await this.#loading
  }

  /** Everything that the views may ask for, made anew for each thread. */
  #scene() {
    const { server, fetchWriter } = ThreadElement
    const address = pageAddress(this)
    const visitor = new Visitor(server)
    const store = new Store(new Api(server), visitor, address)
    const locale = localeOf(this)
    return { t: speak(locale), locale, address, store, visitor, fetchWriter }
  }

  /** Root, style and slot; done after the first request has gone out. */
  #dress() {
    if (this.shadowRoot) return
    const shadow = this.attachShadow({ mode: 'open' })
    shadow.adoptedStyleSheets = [sharedSheet()]
    // The slot lets theme.js see how the page colours a link at this place.
    shadow.append(this.#root, h('slot', { hidden: true }))
  }

  async #followHash() {
    const id = commentInHash()
    if (id) await this.focusComment(id)
  }

  /** Changes when the element has to begin anew. */
  #identify() {
    const address = pageAddress(this)
    return [threadQuery(address), address.ownTitle, localeOf(this)].join('\n')
  }

  /**
   * @param {string} name
   * @param {object} detail
   */
  #emit(name, detail) {
    const init = { bubbles: true, composed: true, detail }
    this.dispatchEvent(new CustomEvent(`afterword:${name}`, init))
  }
}

function sharedSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(css)
  }
  return sheet
}

function commentInHash() {
  return /^#comment-(\d+)$/.exec(location.hash)?.[1]
}
