import { Api } from './api.js'
import { localeOf, speak } from './messages.js'
import { absolute } from './page-address.js'

const AT_ONCE = 100
/** @type {Set<CountElement>} */
const waiting = new Set()
let isPlanned = false

/**
 * `<afterword-count url="…">`: how many replies a page has. It shows in the element itself, so
 * it looks like the text around it, and keeps what the page put there until the answer comes.
 */
export class CountElement extends HTMLElement {
  static observedAttributes = ['url']
  /** Address of the comment server, without a slash at the end. */
  static server = ''

  connectedCallback() {
    waiting.add(this)
    plan()
  }

  disconnectedCallback() {
    waiting.delete(this)
  }

  attributeChangedCallback() {
    if (this.isConnected) this.connectedCallback()
  }

  /** The address that is counted. */
  get address() {
    return absolute(this.getAttribute('url') || '') || ''
  }

  /** @param {number} count */
  show(count) {
    this.textContent = speak(localeOf(this))('replies', { count })
  }
}

/** All counts of a page go into one request: when it is parsed, or with this task's others. */
function plan() {
  if (isPlanned) return
  isPlanned = true
  if (document.readyState !== 'loading') setTimeout(countAll)
  else document.addEventListener('DOMContentLoaded', countAll, { once: true })
}

async function countAll() {
  isPlanned = false
  const elements = [...waiting]
  waiting.clear()
  const urls = [...new Set(elements.map(({ address }) => address))].filter(Boolean)
  const api = new Api(CountElement.server)
  for (let at = 0; at < urls.length; at += AT_ONCE) {
    const part = urls.slice(at, at + AT_ONCE)
    const { counts } = await api.counts(part).catch(tell)
    for (const element of elements) {
      const count = counts[part.indexOf(element.address)]
      if (Number.isInteger(count)) element.show(count)
    }
  }
}

/** @param {Error} error */
function tell({ message }) {
  console.error('Afterword:', message)
  return { counts: [] }
}
