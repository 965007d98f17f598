import { h } from './dom.js'

const TAGS = new Set('p br hr em strong del code pre blockquote ul ol li a img'.split(' '))

/**
 * Builds what a comment says: listed tags and attributes only, anything else becomes its text. How much
 * there is and how deep it goes the server has bounded (core/markdown.py).
 * @param {unknown} tree the body as the server sent it
 * @param {boolean} [images] whether the site shows pictures
 * @returns {DocumentFragment}
 */
export function bodyNodes(tree, images = false) {
  const fragment = document.createDocumentFragment()
  for (const node of Array.isArray(tree) ? tree : []) build(fragment, node, images)
  return fragment
}

/**
 * The one address check of the widget: absolute http, https or mailto, else null.
 * @param {unknown} text
 * @returns {string | null}
 */
export function safeUrl(text) {
  try {
    const url = new URL(/** @type {string} */ (text))
    return /^(https?|mailto):$/.test(url.protocol) ? url.href : null
  } catch {
    return null
  }
}

/**
 * @param {Node} parent
 * @param {unknown} node
 * @param {boolean} images
 */
function build(parent, node, images) {
  if (typeof node === 'string') parent.appendChild(document.createTextNode(node))
  if (!Array.isArray(node)) return
  const [tag, ...rest] = node
  const hasAttrs = typeof rest[0] === 'object' && !Array.isArray(rest[0])
  const attrs = (hasAttrs && rest.shift()) || {}
  const element = TAGS.has(tag) ? make(tag, attrs, images) : null
  for (const child of rest) build(element || parent, child, images)
  if (element) parent.appendChild(element)
}

/**
 * @param {keyof HTMLElementTagNameMap} tag one of TAGS
 * @param {Record<string, unknown>} attrs
 * @param {boolean} images
 * @returns {HTMLElement | null} null: show the text only
 */
function make(tag, { href, src, alt, start }, images) {
  if (tag === 'a') {
    const safe = safeUrl(href)
    return safe ? h('a', { href: safe, rel: 'nofollow ugc noopener noreferrer' }) : null
  }
  // A long line of code is scrolled by keyboard too.
  if (tag === 'pre') return h(tag, { tabindex: 0 })
  if (tag !== 'img') return h(tag, tag === 'ol' ? { start } : null)
  const safe = images ? safeUrl(src) : null
  const words = String(alt ?? '')
  if (!safe?.startsWith('https:')) return h('span', null, words)
  return h('img', { src: safe, alt: words, loading: 'lazy', referrerpolicy: 'no-referrer' })
}
