import { isEnglish, localeOf } from './messages.js'

/** @typedef {import('./types.js').Address} Address */

const NAMES = /** @type {const} */ (['url', 'canonical', 'id', 'site', 'sort', 'lang'])
// What templates leave behind when a value was missing: `{{ page.id }}`, "undefined" and so on.
const ABSENT = /^(""|null|undefined|\[object Object\]|\{[{%].*)$/s

/**
 * Reads where an element stands: its own attributes first, then what the page says of itself.
 * @param {Element} element
 * @returns {Address}
 */
export function pageAddress(element) {
  const locale = localeOf(element)
  const given = (/** @type {string} */ name) => clean(element.getAttribute(name))
  const here = absolute('')
  const own = absolute(given('url'))
  const link = document.querySelector('link[rel~=canonical]')
  const canonical = absolute(clean(link?.getAttribute('href')))
  const title = given('title')
  return {
    url: own || here,
    canonical: own || canonical === here ? undefined : canonical,
    id: given('thread-id'),
    site: given('site'),
    sort: given('sort'),
    lang: isEnglish(locale) ? undefined : locale,
    // A page that the owner names by its address has another title than the one that is open.
    title: (title || (own ? undefined : clean(document.title)))?.slice(0, 300),
    ownTitle: title,
    live: given('live'),
    visits: given('visits'),
  }
}

/**
 * The query of a thread's request. A template that writes a preload line writes the same one:
 * `url`, then only what is there of `canonical`, `id`, `site`, `sort`, and `lang` where that is not
 * English. (The title does not change what is read, so it travels with a comment only.)
 * @param {Address} address
 * @returns {string}
 */
export function threadQuery(address) {
  return NAMES.filter((name) => address[name])
    .map((name) => `${name}=${encodeURIComponent(String(address[name]))}`)
    .join('&')
}

/**
 * @param {string} server address of the comment server
 * @param {Address} address
 * @param {string} [what] of the thread, such as `/events`
 */
export function threadUrl(server, address, what = '') {
  return `${server}/api/v1/thread${what}?${threadQuery(address)}`
}

/**
 * What the page has begun to fetch by `<link rel=preload>`, if it names this thread, however its
 * template encodes it. A preload may name the canonical address alone.
 * @param {string} server address of the comment server
 * @param {Address} address
 * @returns {string | undefined}
 */
export function preloaded(server, address) {
  const { canonical } = address
  const wanted = [params(threadUrl(server, address))]
  if (canonical && new URL(canonical).pathname !== '/') {
    const alone = { ...address, url: canonical, canonical: undefined }
    wanted.push(params(threadUrl(server, alone)))
  }
  const hints = document.querySelectorAll('link[rel=preload][as=fetch]')
  return [.../** @type {NodeListOf<HTMLLinkElement>} */ (hints)]
    .map(({ href }) => href)
    .find((href) => href.startsWith(`${server}/api/v1/thread?`) && wanted.includes(params(href)))
}

/**
 * An address as the page means it, without hash; the page's own if none is given in a count.
 * @param {string | undefined} address relative ones are; '' is where we are
 * @returns {string | undefined}
 */
export function absolute(address) {
  if (address === undefined) return undefined
  try {
    return new URL(address || location.href, document.baseURI).href.split('#')[0]
  } catch {
    return undefined
  }
}

/** @param {string} url */
const params = (url) => String(new URL(url).searchParams)

/**
 * @param {string | null | undefined} value
 * @returns {string | undefined}
 */
function clean(value) {
  const text = value?.trim()
  return text && !ABSENT.test(text) ? text : undefined
}
