// A page for the widget's modules: happy-dom's window as the global one, and a server that answers
// as it is told. Imported first by each test file.
import { Window } from 'happy-dom'
import { english } from '../../widget/words.mjs'

const NAMES = `document location localStorage customElements navigator HTMLElement HTMLScriptElement
  EventTarget Event CustomEvent MutationObserver CSSStyleSheet getComputedStyle matchMedia KeyboardEvent
  innerHeight FormData getSelection`.split(/\s+/)

/** The window, at an address of a blog. */
export const page = new Window({ url: 'https://blog.example.org/river?p=1#top' })

/** Events of the window that somebody listens to, to see that nothing leaks. @type {Set<string>} */
export const windowListeners = new Set()
for (const name of NAMES) {
  const value = page[name]
  const bound = typeof value === 'function' && /^[a-z]/.test(name) ? value.bind(page) : value
  Object.defineProperty(globalThis, name, { value: bound, configurable: true, writable: true })
}
globalThis.addEventListener = (type, listener, options) => {
  windowListeners.add(type)
  options?.signal?.addEventListener('abort', () => windowListeners.delete(type))
  page.addEventListener(type, listener, options)
}

/** Elements that an IntersectionObserver watches; `arrive()` says that they are near. */
export const observers = new Set()
globalThis.IntersectionObserver = class {
  constructor(callback) {
    this.callback = callback
  }

  observe() {
    observers.add(this)
  }

  disconnect() {
    observers.delete(this)
  }

  arrive() {
    this.callback([{ isIntersecting: true }])
  }
}
globalThis.origin = 'https://blog.example.org'
page.HTMLElement.prototype.scrollIntoView = () => {}

/** What the widget asked for, newest last. @type {{url: URL, init: RequestInit, body: any}[]} */
export const requests = []

/**
 * Answers the requests of the widget.
 * @param {(url: URL, init: RequestInit, body: any) => [number, unknown] | Promise<[number, unknown]>} answer
 */
export function serve(answer) {
  requests.length = 0
  globalThis.fetch = async (address, init = {}) => {
    const url = new URL(address)
    const body = init.body ? JSON.parse(init.body) : undefined
    if (url.pathname.endsWith('/words')) return new Response(JSON.stringify({ words: english }))
    requests.push({ url, init, body })
    const [status, json] = await answer(url, init, body)
    if (init.signal?.aborted) throw new DOMException('aborted', 'AbortError')
    if (!status) throw new TypeError('Failed to fetch')
    return new Response(JSON.stringify(json), { status })
  }
}

/** Waits until something is true, at most for ten seconds. */
export async function until(isTrue) {
  const end = Date.now() + 10_000
  for (;;) {
    const value = isTrue()
    if (value) return value
    if (Date.now() > end) throw new Error(`never came true: ${isTrue}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** Lets everything that is under way come to its end, timers of this length included. */
export const settled = (ms = 20) => new Promise((resolve) => setTimeout(resolve, ms))
