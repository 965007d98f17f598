// How far an import is, or the asking of addresses, without a reload: the card is taken anew from the page until it has ended.

import { fetchPage, partsOf } from './fetch-page.js'

/** Milliseconds between two questions. */
const EVERY = 2000
const CARD = '[data-running]'

async function look() {
  const card = document.querySelector(CARD)
  if (!(card instanceof HTMLElement)) return
  try {
    const page = await fetchPage(location.href)
    const [next] = partsOf(page, CARD)
    // What stands below it depends on how it ended, so that the whole page comes then.
    if (!next?.dataset.running) return location.reload()
    card.replaceChildren(...next.childNodes)
  } catch {
    // The server restarts, or the network is away: it is asked again.
  }
  setTimeout(look, EVERY)
}

setTimeout(look, EVERY)
