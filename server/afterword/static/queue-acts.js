// Forms of the queue are sent by fetch, so that the list keeps its place; one act after the other, so
// that the last word and its undo are of the last act. No text ever becomes HTML here.

import { fetchPage } from './fetch-page.js'
import { add, go, items, leave, putBack, queue, refill, refresh, takeOut } from './queue-list.js'

/** @typedef {{ text: string, undo: number | null, changed: number[], next: string, counts: Record<string, number> }} Done */

/** What the server said instead of doing it. */
class Refusal extends Error {}

/** @type {Promise<void>} */
let sending = Promise.resolve()

/** Undoes what was sent last, also when its answer is still on the way. */
export async function undo() {
  await sending
  const button = document.querySelector('.toast [aria-keyshortcuts="z"]')
  if (button instanceof HTMLElement) button.click()
}

/** @param {string} text @param {number | null} decision */
function say(text, decision) {
  const shelf = document.querySelector('.toasts')
  const mould = document.getElementById('toast')
  if (!shelf || !(mould instanceof HTMLTemplateElement)) return
  const toast = document.importNode(mould.content, true)
  const words = toast.querySelector('p')
  if (words) words.textContent = text
  const form = toast.querySelector('form')
  const field = form?.querySelector('[name="decision"]')
  if (decision === null) form?.remove()
  else if (field instanceof HTMLInputElement) field.value = String(decision)
  shelf.replaceChildren(toast)
}

/** @param {Record<string, number>} counts */
export function showCounts(counts) {
  for (const place of document.querySelectorAll('[data-count]')) {
    const number = counts[place.getAttribute('data-count') ?? '']
    if (number !== undefined) place.textContent = number.toLocaleString('en')
  }
}

/** The comments that a form is about: its own, or all that are ticked.
 * @param {HTMLFormElement} form
 * @returns {HTMLElement[]} */
function subjects(form) {
  // Not form.id: that is the field named "id".
  if (form.getAttribute('id') !== 'bulk') return items().filter((item) => item.contains(form))
  return items().filter((item) => item.querySelector('.pick :checked'))
}

/** @param {HTMLFormElement} form @param {string} text */
function complain(form, text) {
  if (!isWritten(form)) {
    say(text, null)
    return
  }
  const words = document.createElement('p')
  words.textContent = text
  const notice = document.createElement('div')
  notice.className = 'notice bad'
  notice.setAttribute('role', 'alert')
  notice.append(words)
  form.parentElement?.querySelector('.notice')?.remove()
  form.before(notice)
}

/** Whether somebody writes in it: a reply, or another text.
 * @param {HTMLFormElement} form */
function isWritten(form) {
  return form.closest('.answer') !== null && form.querySelector('textarea') !== null
}

/** @param {string} address @param {FormData} fields */
async function send(address, fields) {
  const body = new URLSearchParams()
  for (const [name, value] of fields) body.append(name, String(value))
  const answer = await fetch(address, {
    method: 'POST',
    headers: { accept: 'application/json' },
    body,
  })
  if (answer.status === 401) location.reload()
  const found = await answer.json().catch(() => ({}))
  if (!answer.ok)
    throw new Refusal(found.detail ?? 'That did not work. Reload the page and try again.')
  return /** @type {Done} */ (found)
}

/** @param {SubmitEvent} event */
export function onSubmit(event) {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !queue || form.method !== 'post') return
  if (!new URL(form.action).pathname.includes('/dashboard/queue')) return
  event.preventDefault()
  const deciding = isWritten(form) ? [] : subjects(form)
  const body = new FormData(form, event.submitter)
  if (form.dataset.busy) return
  form.dataset.busy = 'yes'
  leave(deciding)
  sending = sending
    .then(() => carryOut(form, body, deciding))
    .then((succeeded) => {
      delete form.dataset.busy
      if (!succeeded) for (const item of deciding) item.classList.remove('leaving')
    })
}

/** @param {HTMLFormElement} form @param {FormData} fields @param {HTMLElement[]} deciding */
async function carryOut(form, fields, deciding) {
  try {
    const done = await send(form.action, fields)
    say(done.text, done.undo)
    showCounts(done.counts)
    await show(form, fields, deciding, done)
    return true
  } catch (problem) {
    complain(form, problem instanceof Refusal ? problem.message : 'The server did not answer.')
    return false
  }
}

/** Shows in the list what was done.
 * @param {HTMLFormElement} form @param {FormData} fields
 * @param {HTMLElement[]} deciding @param {Done} done */
async function show(form, fields, deciding, done) {
  const undone = fields.get('decision')
  if (undone) {
    if (!putBack(Number(undone)) && !(await refresh(done.changed))) location.assign(done.next)
    return
  }
  if (fields.has('all')) {
    location.assign(done.next)
    return
  }
  if (form.closest('.edit')) {
    close(form)
    await refresh(done.changed)
    return
  }
  takeOut(form.closest('.reply') ? replied(form, done) : deciding, done.changed, done.undo)
  await refill()
  if (!document.querySelector('.item')) await finish(done)
  if (!document.querySelector('.item.here')) go(items()[0])
}

/** What the page says when nothing is left; in place, so that no key is lost on the way to another.
 * @param {Done} done */
async function finish(done) {
  const page = await fetchPage(done.next).catch(() => null)
  if (page) add(page)
  else location.assign(done.next)
}

/** Closes the form of a reply; the comment leaves the list if the reply has approved it.
 * @param {HTMLFormElement} form @param {Done} done
 * @returns {HTMLElement[]} */
function replied(form, done) {
  form.reset()
  const about = close(form)
  if (done.changed.length === 0) return []
  leave(about)
  return about
}

/** @param {HTMLFormElement} form */
function close(form) {
  const details = form.closest('details')
  if (details) details.open = false
  form.parentElement?.querySelector('.notice')?.remove()
  const about = subjects(form)
  go(about[0])
  return about
}
