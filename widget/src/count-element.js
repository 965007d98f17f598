import { request } from './api.js'
import { learn, localeOf, speak } from './messages.js'
import { absolute } from './page-address.js'

const AT_ONCE = 100
/** @type {Set<CountElement>} */
const waiting = new Set()

/**
 * `<afterword-count url="…">`: how many replies a page has. It shows in the element itself, so
 * it looks like the text around it, and keeps what the page put there until the answer comes.
 */
export class CountElement extends HTMLElement {
  static observedAttributes = ['url']
  /** Address of the comment server, without a slash at the end. */
  static server = ''

  connectedCallback() {
    if (!waiting.size) plan()
    waiting.add(this)
  }

  disconnectedCallback() {
    waiting.delete(this)
  }

  attributeChangedCallback() {
    if (this.isConnected) this.connectedCallback()
  }
}

/** @param {CountElement} element whose address is counted */
const addressOf = (element) => absolute(element.getAttribute('url') || '') || ''

/** All counts of a page go into one request: when it is parsed, or with this task's others. */
function plan() {
  if (document.readyState !== 'loading') setTimeout(countAll)
  else document.addEventListener('DOMContentLoaded', countAll, { once: true })
}

async function countAll() {
  const elements = [...waiting]
  waiting.clear()
  const urls = [...new Set(elements.map(addressOf))].filter(Boolean)
  while (urls.length) {
    const part = urls.splice(0, AT_ONCE)
    const query = part.map((url) => `url=${encodeURIComponent(url)}`).join('&')
    const locale = localeOf(document.documentElement)
    const url = `${CountElement.server}/api/v1/counts?${query}&lang=${locale}`
    const { counts, words, lang = null } = await request(url).catch(tell)
    const t = speak(locale)
    learn(t, words, lang)
    for (const element of elements) {
      const count = counts[part.indexOf(addressOf(element))]
      if (count >= 0) element.textContent = t('replies', { count })
    }
  }
}

/** @param {Error} error */
function tell({ message }) {
  console.error('Afterword:', message)
  return { counts: [] }
}
