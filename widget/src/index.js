import { CountElement } from './count-element.js'
import { kit } from './kit.js'
import { ThreadElement } from './thread-element.js'

const THREAD = 'afterword-comments'
const COUNT = 'afterword-count'
const tag = ownTag()

const server = serverOf(tag)

ThreadElement.server = CountElement.server = server
ThreadElement.fetchFile = fetchFile
ThreadElement.fetchWriter = () => fetchFile(WRITER)
ThreadElement.fetchLinkedData = () => fetchFile(LINKED_DATA)
define(THREAD, ThreadElement)
define(COUNT, CountElement)
if (tag) insertAt(tag)

/**
 * Fetches a further file of ours.
 * @param {LaterFile} file
 * @returns {Promise<any>}
 */
function fetchFile(file) {
  return fetchModule(file).catch((error) => {
    // A browser does not fetch a module again that it could not have; at another address it does.
    file[0] += '?'
    throw error
  })
}

/**
 * `import()` alone would run whatever comes; a preloaded module runs only if it is the one that this
 * file was built with.
 * @param {LaterFile} file
 */
async function fetchModule([name, integrity]) {
  const href = `${server}/embed/${name}`
  const link = document.createElement('link')
  if (link.relList.supports('modulepreload')) {
    const { nonce } = tag || link
    await new Promise((onload, onerror) => {
      document.head.append(
        Object.assign(link, { rel: 'modulepreload', href, integrity, nonce, onload, onerror }),
      )
    })
  }
  const { default: lend } = await import(href)
  return lend(kit)
}

/** @returns {HTMLScriptElement | null} the script element that brought this file */
function ownTag() {
  const current = document.currentScript
  if (current instanceof HTMLScriptElement) return current
  return document.querySelector('script[src*="/embed.js"], script[src*="/embed/"]')
}

/**
 * `https://host/prefix/embed.js` and `https://host/prefix/embed/<version>.js` are both files of
 * the server at `https://host/prefix`.
 * @param {HTMLScriptElement | null} script
 */
function serverOf(script) {
  return script ? script.src.replace(/\/embed(\.js|\/[^/]*)([?#].*)?$/, '') : ''
}

/**
 * A second tag on the page finds the elements defined and leaves them so.
 * @param {string} name
 * @param {CustomElementConstructor} element
 */
function define(name, element) {
  if (!customElements.get(name)) customElements.define(name, element)
}

/**
 * Puts the thread where the tag stands, with its `data-*` as attributes, unless the page has
 * its own element; one that the parser meets later takes its place. In the head it is the page
 * that says where, by the element.
 * @param {HTMLScriptElement} script
 */
function insertAt(script) {
  if (!script.closest('body') || document.querySelector(THREAD)) return
  const thread = document.createElement(THREAD)
  for (const { name, value } of script.attributes) {
    if (name.startsWith('data-')) thread.setAttribute(name.slice(5), value)
  }
  script.after(thread)
  if (document.readyState !== 'loading') return
  document.addEventListener('DOMContentLoaded', () => {
    if (document.querySelectorAll(THREAD).length > 1) thread.remove()
  })
}
