import { Api } from './api.js'
import body from './body.css'
import { Conversation } from './conversation.js'
import { button, fill, h } from './dom.js'
import { localeOf, speak } from './messages.js'
import { pageAddress, preloaded, threadQuery } from './page-address.js'
import { Store } from './store.js'
import css from './styles.css'
import { followTheme } from './theme.js'
import { notice } from './views/notice.js'
import { Visitor } from './visitor.js'

const MINUTE = 60_000
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
  /** Fetches any further one. @type {import('./types.js').Scene['fetchFile']} */
  static fetchFile
  /** Fetches the third. @type {() => Promise<typeof import('./linked-data.js').describe>} */
  static fetchLinkedData

  /** @type {Conversation | null} */
  #conversation = null
  /** @type {Promise<void> | undefined} */
  #loading
  #identity = ''
  // An empty title keeps the host's own `title` from showing as a tooltip over the thread.
  #root = h('div', { class: 'root', title: '' })
  /** Ends what goes on while the element is on a page. */
  #stay = new AbortController()
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #clock
  #isNear = false
  /** True while it is to begin as soon as it is near. */
  #isAwaited = false
  /** Within a screen of what is seen. */
  #nearness = new IntersectionObserver(
    (entries) => {
      this.#isNear = !!entries.at(-1)?.isIntersecting
      this.#look()
    },
    { rootMargin: '100%' },
  )

  connectedCallback() {
    this.#stay = new AbortController()
    const { signal } = this.#stay
    if (!this.#conversation || this.#identity !== this.#identify()) this.#arrive()
    this.#dress()
    addEventListener('hashchange', () => this.#followHash(), { signal })
    addEventListener('beforeprint', () => this.#conversation?.view?.finish(), { signal })
    document.addEventListener('visibilitychange', () => this.#look(), { signal })
    followTheme(this, this.#root, signal)
    this.#nearness.observe(this)
    this.#clock = setInterval(() => {
      if (!document.hidden) this.#conversation?.view?.tick(Date.now())
    }, MINUTE)
  }

  disconnectedCallback() {
    this.#conversation?.stop()
    if (!this.#conversation?.view?.isWhole) this.#conversation = null
    this.#stay.abort()
    this.#nearness.disconnect()
    clearInterval(this.#clock)
  }

  /** With this, `moveBefore` leaves the element as it is. */
  connectedMoveCallback() {}

  attributeChangedCallback() {
    // When all attributes of this task are set; the first of these finds them changed, the rest nothing.
    queueMicrotask(() => {
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
    else if (open === 'eager' || seemsNear(this) || isPreloaded(this)) this.#start()
    else this.#isAwaited = true
  }

  /** Begins when it is time, and tells the thread whether somebody is there. */
  #look() {
    if (this.#isAwaited && this.#isNear) this.#start()
    this.#conversation?.attend(this.#isNear && !document.hidden)
  }

  #offer() {
    const open = button(this.#scene().t('show'), 'open')
    open.addEventListener('click', async () => {
      await this.#start()
      this.#conversation?.focus()
    })
    fill(this.#root, notice(open))
  }

  async #start() {
    this.#conversation?.stop()
    this.#isAwaited = false
    this.#identity = this.#identify()
    const scene = this.#scene()
    const conversation = new Conversation(scene, (name, detail) => this.#emit(name, detail))
    this.#conversation = conversation
    this.#loading = conversation.start()
    fill(this.#root, conversation.node)
    this.#look()
    await this.#loading
  }

  /** Everything that the views may ask for, made anew for each thread. */
  #scene() {
    const { server, fetchFile, fetchWriter } = ThreadElement
    const address = pageAddress(this)
    const visitor = new Visitor(server)
    address.sort = visitor.read().sort || address.sort
    const store = new Store(new Api(server), visitor, address)
    const locale = localeOf(this)
    return { t: speak(locale), locale, address, store, visitor, fetchFile, fetchWriter }
  }

  /** Root, style and slot; done after the first request has gone out. */
  #dress() {
    if (this.shadowRoot) return
    const shadow = this.attachShadow({ mode: 'open' })
    shadow.adoptedStyleSheets = [sharedSheet()]
    // What was rendered ahead of time; and where theme.js sees how the page colours a link.
    shadow.append(h('slot', { name: 'comments' }), this.#root, h('slot', { hidden: true }))
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
  async #emit(name, detail) {
    // What was rendered ahead of time stands until the thread is whole.
    const ahead = this.querySelector('[slot]')
    if (this.#conversation) this.#conversation.node.hidden = name === 'count' && !!ahead
    if (name === 'ready') ahead?.remove()
    const init = { bubbles: true, composed: true, detail }
    this.dispatchEvent(new CustomEvent(`afterword:${name}`, init))
    if (name !== 'ready' || !this.hasAttribute('json-ld')) return
    const describe = await ThreadElement.fetchLinkedData()
    if (this.#conversation) describe(this, this.#conversation.store)
  }
}

/**
 * Asked at once, because the observer's first word comes a frame later.
 * @param {Element} element
 */
function seemsNear(element) {
  const { top, bottom } = element.getBoundingClientRect()
  return top < 2 * innerHeight && bottom > -innerHeight
}

/** @param {Element} element */
const isPreloaded = (element) => preloaded(ThreadElement.server, pageAddress(element))

function sharedSheet() {
  if (!sheet) {
    sheet = new CSSStyleSheet()
    sheet.replaceSync(body + css)
  }
  return sheet
}

function commentInHash() {
  return /^#comment-(\d+)$/.exec(location.hash)?.[1]
}
