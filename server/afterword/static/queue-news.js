// What comes into the queue meanwhile announces itself in a quiet bar, and moves nothing until asked.

import { fetchPage, partsOf } from './fetch-page.js'
import { showCounts } from './queue-acts.js'
import { go, queue, settle, unseen } from './queue-list.js'

/** @typedef {{ new: number, text: string, counts: Record<string, number> }} News */

/** Milliseconds between two questions, while somebody looks. */
const EVERY = 15_000
/** Milliseconds after the last key or touch from which nobody looks. */
const PATIENCE = 30 * 60_000

let used = Date.now()
let said = ''

/** @param {HTMLElement} bar */
async function ask(bar) {
  const answer = await fetch(bar.dataset.news ?? '', { headers: { accept: 'application/json' } })
  if (!answer.ok) return answer.status !== 401
  const news = /** @type {News} */ (await answer.json())
  showCounts(news.counts)
  // Said once: a region that is filled with the same again is read out again.
  const text = news.new ? news.text : ''
  if (text !== said) announce(bar, text)
  said = text
  return true
}

/** @param {HTMLElement} bar @param {string} text */
function announce(bar, text) {
  if (!text) {
    bar.replaceChildren()
    return
  }
  const link = document.createElement('a')
  link.className = 'button'
  link.href = bar.dataset.show ?? ''
  link.textContent = text
  link.addEventListener('click', (event) => {
    if (!queue) return
    event.preventDefault()
    bringIn(bar).catch(() => location.assign(link.href))
  })
  bar.replaceChildren(link)
}

/** Puts what is new on top of the list.
 * @param {HTMLElement} bar */
async function bringIn(bar) {
  const page = await fetchPage(bar.dataset.show ?? '')
  const fresh = unseen(partsOf(page, '.item'))
  document.querySelector('.done')?.remove()
  settle(fresh)
  queue?.prepend(...fresh)
  const [next] = partsOf(page, '.news')
  if (next) bar.dataset.news = next.dataset.news
  if (next) bar.dataset.show = next.dataset.show
  announce(bar, '')
  said = ''
  go(fresh[0])
}

export function listenForNews() {
  const bar = document.querySelector('.news[data-news]')
  if (!(bar instanceof HTMLElement)) return
  for (const kind of ['keydown', 'pointerdown', 'scroll']) {
    document.addEventListener(kind, () => {
      used = Date.now()
    })
  }
  const timer = setInterval(async () => {
    if (document.hidden || Date.now() - used > PATIENCE) return
    const goesOn = await ask(bar).catch(() => true)
    if (!goesOn) clearInterval(timer)
  }, EVERY)
  // Whoever comes back sees at once what came meanwhile.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden) ask(bar).catch(() => {})
  })
}
