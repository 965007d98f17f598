// The comments of the queue as a list: which one is meant, what leaves it and what comes back.

import { fetchPage, partsOf } from './fetch-page.js'

/** @typedef {{ item: Element, before: Element | null }} Taken */

/** What was taken out of the list, by the decision that did it, so that undo can put it back.
 * @type {Map<number, Taken[]>} */
const taken = new Map()
/** Comments left from which the next ones are fetched. */
const FEW = 10
export const queue = document.querySelector('.queue')

/** The comments of the list, without those that are being decided about.
 * @returns {HTMLElement[]} */
export function items() {
  const all = [...document.querySelectorAll('.item:not(.leaving)')]
  return all.filter((item) => item instanceof HTMLElement)
}

/** The comment that keys are about: where the focus is, else the one that was focused last.
 * @returns {HTMLElement | null} */
export function current() {
  const focused = document.activeElement?.closest('.item')
  if (focused instanceof HTMLElement) return focused
  return items().find((item) => item.classList.contains('here')) ?? null
}

/** @param {HTMLElement | null | undefined} item */
export function go(item) {
  if (!item) return
  for (const other of items()) other.classList.toggle('here', other === item)
  item.focus({ preventScroll: true })
  item.scrollIntoView({ block: 'nearest' })
}

/** @param {number} step */
export function move(step) {
  const all = items()
  const item = current()
  go(item ? all[all.indexOf(item) + step] : all[0])
}

/** Goes on to the next comment at once: the next key is about that one.
 * @param {HTMLElement[]} deciding */
export function leave(deciding) {
  if (deciding.length === 0) return
  const all = items()
  const left = all.filter((item) => !deciding.includes(item))
  const next = left.find((item) => all.indexOf(item) > all.indexOf(deciding[0]))
  for (const item of deciding) item.classList.add('leaving')
  go(next ?? left.pop())
}

/** Takes the comments out of the list that were decided about. What did not change was decided by
 * somebody else already: it goes too, and undo does not bring it back.
 * @param {Element[]} gone @param {number[]} changed @param {number | null} decision */
export function takeOut(gone, changed, decision) {
  // Each remembers what stood after it; putting back goes from the last to the first.
  const places = gone
    .filter((item) => changed.includes(idOf(item)))
    .map((item) => ({ item, before: item.nextElementSibling }))
  if (decision !== null) taken.set(decision, places)
  for (const item of gone) {
    const box = item.querySelector('.pick input')
    if (box instanceof HTMLInputElement) box.checked = false
    item.classList.remove('leaving')
    item.remove()
  }
}

/** Puts back what a decision took out; false where that is not known here.
 * @param {number} decision */
export function putBack(decision) {
  const places = taken.get(decision)
  if (!places?.length || !queue) return false
  document.querySelector('.done')?.remove()
  for (const { item, before } of [...places].reverse()) {
    queue.insertBefore(item, before?.isConnected ? before : null)
  }
  taken.delete(decision)
  const [first] = places
  if (first.item instanceof HTMLElement) go(first.item)
  return true
}

/** Shows these comments as they are now; false where one of them is not in the list.
 * @param {number[]} ids */
export async function refresh(ids) {
  const shown = ids.map((id) => items().find((item) => idOf(item) === id))
  for (const item of shown) {
    if (!item) return false
    const page = await fetchPage(item.dataset.page ?? '')
    const [fresh] = partsOf(page, '.item')
    if (fresh) replace(item, fresh)
  }
  return shown.length > 0
}

/** @param {HTMLElement} item @param {HTMLElement} fresh */
function replace(item, fresh) {
  // What belongs to its place in this list stays: the box to tick, and where its forms come back to.
  for (const part of ['.pick', '.around']) {
    const there = item.querySelector(part)
    const empty = part === '.pick' ? fresh.querySelector('.byline > span') : null
    if (there && empty) empty.replaceWith(there)
    else if (there) fresh.querySelector('.acts')?.before(there)
  }
  settle([fresh])
  const wasHere = item.classList.contains('here')
  item.replaceWith(fresh)
  if (wasHere) go(fresh)
}

/** Fetches the next comments when few are left, so that whoever decides need not wait for a page.
 * @type {Promise<void> | null} */
let fetching = null

export function refill() {
  const link = document.querySelector('a[rel="next"]')
  if (!(link instanceof HTMLAnchorElement) || items().length > FEW) return Promise.resolve()
  fetching ??= fetchPage(link.href)
    .then((page) => {
      add(page)
      const [next] = partsOf(page, 'a[rel="next"]')
      if (next instanceof HTMLAnchorElement) link.href = next.href
      else link.closest('p')?.remove()
    })
    // The link is still there: it says what is wrong when it is followed.
    .catch(() => {})
    .finally(() => {
      fetching = null
    })
  return fetching
}

/** Adds the comments of another page to the list, or what that page says where it has none.
 * @param {Document} page */
export function add(page) {
  const found = unseen(partsOf(page, '.item'))
  document.querySelector('.done')?.remove()
  settle(found)
  queue?.append(...found)
  if (items().length === 0) queue?.after(...partsOf(page, '.done'))
}

/** Their forms come back to this page, not to the one they were fetched from.
 * @param {HTMLElement[]} found */
export function settle(found) {
  const here = document.querySelector('#bulk [name="next"]')
  for (const item of found) {
    for (const field of item.querySelectorAll('[name="next"]')) {
      if (field instanceof HTMLInputElement && here instanceof HTMLInputElement) {
        field.value = here.value
      }
    }
  }
}

/** Those that are not in the list already.
 * @param {HTMLElement[]} found */
export function unseen(found) {
  const shown = new Set([...document.querySelectorAll('.item')].map(idOf))
  return found.filter((item) => !shown.has(idOf(item)))
}

/** @param {Element} item */
function idOf(item) {
  return Number(item.getAttribute('data-id'))
}
