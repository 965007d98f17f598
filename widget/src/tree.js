import { h } from './dom.js'

const TAGS = new Set('p br hr em strong del code pre blockquote ul ol li a img'.split(' '))
const MAX_DEPTH = 40
const MAX_NODES = 20_000

/** @typedef {{nodes: number, images: boolean}} Budget what may still be built */

/**
 * Builds what a comment says: listed tags and attributes only, anything else becomes its text.
 * @param {unknown} tree the body as the server sent it
 * @param {boolean} [images] whether the site shows pictures
 * @returns {DocumentFragment}
 */
export function bodyNodes(tree, images = false) {
  const fragment = document.createDocumentFragment()
  const budget = { nodes: MAX_NODES, images }
  for (const node of Array.isArray(tree) ? tree : []) build(fragment, node, 1, budget)
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
 * @param {number} depth
 * @param {Budget} budget
 */
function build(parent, node, depth, budget) {
  if (budget.nodes-- <= 0) return
  if (typeof node === 'string') parent.appendChild(document.createTextNode(node))
  if (!Array.isArray(node)) return
  const [tag, ...rest] = node
  const hasAttrs = typeof rest[0] === 'object' && !Array.isArray(rest[0])
  const attrs = (hasAttrs && rest.shift()) || {}
  const element = depth < MAX_DEPTH && TAGS.has(tag) ? make(tag, attrs, budget.images) : null
  for (const child of rest) build(element || parent, child, depth + 1, budget)
  if (element) parent.appendChild(element)
  if (element && tag === 'a') nameHost(/** @type {HTMLAnchorElement} */ (element))
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
  if (tag === 'ol' && Number.isInteger(start)) return h(tag, { start })
  if (tag !== 'img') return h(tag)
  const safe = images ? safeUrl(src) : null
  const words = typeof alt === 'string' ? alt : ''
  if (!safe?.startsWith('https:')) return h('span', null, words)
  return h('img', { src: safe, alt: words, loading: 'lazy', referrerpolicy: 'no-referrer' })
}

/**
 * A link whose words look like another address is followed by the host it really leads to.
 * @param {HTMLAnchorElement} link
 */
function nameHost(link) {
  const words = String(link.textContent).trim().toLowerCase()
  const said = /^(?:[a-z]+:\/\/)?(?:[^/@]*@)?(?:www\.)?([^\s/:?#]+\.[^\s/:?#]{2,})/.exec(words)
  const host = said && new URL(link.href).hostname.replace(/^www\./, '')
  if (host && said[1] !== host) link.after(` (${host})`)
}
