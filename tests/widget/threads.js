// A thread on the page, and what its readers do with it. Imported after browser.js.
import { serve, until } from './browser.js'

const { ThreadElement } = await import('../../widget/src/thread-element.js')
ThreadElement.server = 'https://comments.example.org'
ThreadElement.prototype.getBoundingClientRect = () => ({ top: 0, bottom: 10 })
customElements.define('afterword-comments', ThreadElement)

/** What was asked of the writer: [what, detail]. @type {[string, unknown][]} */
export const asked = []
const wishes = new Proxy(
  {},
  { get: (_, what) => what !== 'then' && ((detail) => asked.push([what, detail])) },
)
ThreadElement.fetchWriter = async () => () => wishes

/**
 * Shows a thread and waits until it is whole. `answer` may be a slice, or what `serve` takes.
 * @param {any} answer
 * @param {Record<string, string>} [attributes]
 */
export async function openThread(answer, attributes = {}) {
  asked.length = 0
  serve(typeof answer === 'function' ? answer : () => [200, answer])
  const node = document.createElement('afterword-comments')
  for (const name in attributes) node.setAttribute(name, attributes[name])
  let isReady = false
  node.addEventListener('afterword:ready', () => {
    isReady = true
  })
  document.body.append(node)
  await until(() => isReady)
  const find = (selector) => node.shadowRoot.querySelector(selector)
  const all = (selector) => [...node.shadowRoot.querySelectorAll(selector)]
  return {
    node,
    find,
    all,
    focused: () => node.shadowRoot.activeElement,
    said: () => find('.unseen[role=status]').textContent,
    ids: () => all('article').map(({ id }) => Number(id.slice(8))),
    button: (words) => all('button').find(({ textContent }) => textContent === words),
  }
}

/** Takes all threads off the page, and forgets what was remembered. */
export function cleanUp() {
  for (const node of document.querySelectorAll('afterword-comments')) node.remove()
  localStorage.clear()
}
