import { h } from './dom.js'

/** @typedef {import('./types.js').Comment} Comment */
/** @typedef {import('./types.js').TreeNode} TreeNode */
/** @typedef {Record<string, unknown>} Thing of schema.org */

const BLOCKS = /^(p|br|hr|pre|blockquote|ul|ol|li)$/

/**
 * Puts what a thread shows into its element, as schema.org data that programs find in the page
 * (JSON-LD), in place of what it showed before. It leaves the page with the element.
 * @param {Element} element
 * @param {import('./store.js').Store} store
 */
export function describe(element, store) {
  const type = 'application/ld+json'
  const script = h('script', { type })
  // Under Trusted Types a script takes no text, not even one that does not run, but in this way.
  script.appendChild(
    document.createTextNode(JSON.stringify(dataOf(store)).replaceAll('<', '\\u003c')),
  )
  element.querySelector(`:scope > [type="${type}"]`)?.remove()
  element.append(script)
}

/**
 * The page's article with its comments, each with its replies. No website is named, because a link here
 * could not tell search engines to ignore it.
 * @param {import('./store.js').Store} store
 * @returns {Thing}
 */
function dataOf({ page, count, comments, address }) {
  const url = page?.url
  /** @type {Thing[]} */
  const path = [
    {
      '@type': 'Article',
      '@id': url,
      url,
      headline: address.title || page?.title || undefined,
      commentCount: count,
    },
  ]
  for (const comment of comments) {
    path.length = Math.min(path.length, comment.depth + 1)
    const above = path[path.length - 1]
    const thing = thingOf(comment, String(url))
    above.comment = [.../** @type {Thing[]} */ (above.comment || []), thing]
    path.push(thing)
  }
  return { '@context': 'https://schema.org', ...path[0] }
}

/**
 * @param {Comment} comment
 * @param {string} url of the page
 * @returns {Thing}
 */
function thingOf({ id, author, body, created_at, edited_at }, url) {
  const address = `${url.split('#')[0]}#comment-${id}`
  const thing = { '@type': 'Comment', '@id': address, datePublished: iso(created_at) }
  if (!author) return { ...thing, creativeWorkStatus: 'Deleted' }
  return {
    ...thing,
    url: address,
    dateModified: edited_at ? iso(edited_at) : undefined,
    author: { '@type': 'Person', name: author.name || 'Anonymous' },
    text: body.map(textOf).join('').trim(),
  }
}

/** @param {number} at ms UTC */
const iso = (at) => new Date(at).toISOString()

/**
 * @param {unknown} node
 * @returns {string}
 */
function textOf(node) {
  if (!Array.isArray(node)) return typeof node === 'string' ? node : ''
  const [tag, ...children] = node
  const text = children.map(textOf).join('')
  return BLOCKS.test(tag) ? `${text}\n` : text
}
