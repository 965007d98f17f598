// Makes the dashboard quicker; everything works without it. Forms are sent by fetch so that the list
// keeps its place, and keys stand for buttons that are on the page. No text ever becomes HTML here.

const KEYS = 'afterword-keys'

/** @typedef {{ text: string, undo: number | null, changed: number[], next: string, counts: Record<string, number> }} Done */
/** @typedef {{ item: HTMLElement, before: Element | null }} Taken */

/** What the server said instead of doing it. */
class Refusal extends Error {}

/** What was taken out of the list, by the decision that did it, so that undo can put it back.
 * @type {Map<number, Taken[]>} */
const taken = new Map()
const queue = document.querySelector('.queue')

/** @returns {HTMLElement[]} */
function items() {
  return [...document.querySelectorAll('.item')].filter((item) => item instanceof HTMLElement)
}

/** The comment that keys are about: where the focus is, else the one that was focused last.
 * @returns {HTMLElement | null} */
function current() {
  const focused = document.activeElement?.closest('.item')
  if (focused instanceof HTMLElement) return focused
  return items().find((item) => item.classList.contains('here')) ?? null
}

/** @param {HTMLElement | null | undefined} item */
function go(item) {
  if (!item) return
  for (const other of items()) other.classList.toggle('here', other === item)
  item.focus({ preventScroll: true })
  item.scrollIntoView({ block: 'nearest' })
}

/** @param {number} step */
function move(step) {
  const all = items()
  const item = current()
  go(item ? all[all.indexOf(item) + step] : all[0])
}

/** Presses the button of the current comment that has this key.
 * @param {string} key */
function press(key) {
  const item = current() ?? items()[0]
  const button = item?.querySelector(`[aria-keyshortcuts="${key}"]`)
  if (button instanceof HTMLElement) button.click()
}

function tick() {
  const box = current()?.querySelector('.pick input')
  if (box instanceof HTMLElement) box.click()
}

function undo() {
  const button = document.querySelector('.toast [aria-keyshortcuts="z"]')
  if (button instanceof HTMLElement) button.click()
}

function help() {
  const dialog = document.getElementById('help')
  if (dialog instanceof HTMLDialogElement) dialog.showModal()
}

/** @type {Record<string, () => void>} */
const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  a: () => press('a'),
  s: () => press('s'),
  d: () => press('d'),
  r: () => press('r'),
  x: tick,
  z: undo,
  '?': help,
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  return target.matches('textarea, select, [contenteditable]') || target.closest('dialog') !== null
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return
  if (!document.documentElement.classList.contains('keys') || isTyping(event.target)) return
  const action = ACTIONS[event.key]
  if (!action) return
  event.preventDefault()
  action()
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
function showCounts(counts) {
  for (const place of document.querySelectorAll('[data-count]')) {
    const number = counts[place.getAttribute('data-count') ?? '']
    if (number !== undefined) place.textContent = number.toLocaleString('en')
  }
}

/** @param {Done} done */
function takeOut(done) {
  const gone = items().filter((item) => done.changed.includes(Number(item.dataset.id)))
  if (gone.length === 0) return
  const after = items()
    .slice(items().indexOf(gone[gone.length - 1]))
    .find((item) => !gone.includes(item))
  const left =
    after ??
    items()
      .filter((item) => !gone.includes(item))
      .pop()
  // Each remembers what stood after it; putting back goes from the last to the first.
  const places = gone.map((item) => ({ item, before: item.nextElementSibling }))
  if (done.undo !== null) taken.set(done.undo, places)
  for (const item of gone) {
    for (const box of item.querySelectorAll('.pick input')) {
      if (box instanceof HTMLInputElement) box.checked = false
    }
    for (const form of item.querySelectorAll('form')) delete form.dataset.busy
    item.remove()
  }
  if (left) go(left)
  else location.assign(done.next)
}

/** @param {number} decision @param {Done} done */
function putBack(decision, done) {
  const places = taken.get(decision)
  if (!places || !queue) {
    location.assign(done.next)
    return
  }
  for (const { item, before } of [...places].reverse()) {
    queue.insertBefore(item, before?.isConnected ? before : null)
  }
  taken.delete(decision)
  go(places[0].item)
}

/** @param {HTMLFormElement} form @param {string} text */
function complain(form, text) {
  if (!form.closest('.reply')) {
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

/** @param {HTMLFormElement} form @param {HTMLElement | null} button */
async function send(form, button) {
  const body = new URLSearchParams()
  for (const [name, value] of new FormData(form, button)) body.append(name, String(value))
  const answer = await fetch(form.action, {
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
async function onSubmit(event) {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !queue) return
  if (!new URL(form.action).pathname.includes('/dashboard/queue')) return
  event.preventDefault()
  if (form.dataset.busy) return
  form.dataset.busy = 'yes'
  const undone = form.querySelector('[name="decision"]')
  try {
    const done = await send(form, event.submitter)
    say(done.text, done.undo)
    showCounts(done.counts)
    if (undone instanceof HTMLInputElement) putBack(Number(undone.value), done)
    else settle(form, done)
  } catch (problem) {
    complain(form, problem instanceof Refusal ? problem.message : 'The server did not answer.')
  } finally {
    delete form.dataset.busy
  }
}

/** A comment leaves the list when it is no longer what this tab shows.
 * @param {HTMLFormElement} form @param {Done} done */
function settle(form, done) {
  const details = form.closest('details')
  if (details) {
    details.open = false
    form.reset()
    form.parentElement?.querySelector('.notice')?.remove()
    go(form.closest('.item'))
  }
  takeOut(done)
}

/** @param {Event} event */
async function onClick(event) {
  const button = event.target instanceof Element ? event.target.closest('button') : null
  if (button?.hasAttribute('data-help')) help()
  const source = document.getElementById(button?.dataset.copy ?? '')
  if (!button || !source) return
  await navigator.clipboard.writeText(source.textContent.trim())
  const said = button.parentElement?.querySelector('[role="status"]')
  if (said) said.textContent = 'Copied'
}

/** @param {Event} event */
function onToggle(event) {
  const details = event.target
  if (!(details instanceof HTMLDetailsElement) || !details.open) return
  details.querySelector('textarea')?.focus()
}

function remembersKeysOff() {
  try {
    return localStorage.getItem(KEYS) === 'off'
  } catch {
    return false
  }
}

function start() {
  for (const part of document.querySelectorAll('[data-with-script]')) part.removeAttribute('hidden')
  document.documentElement.classList.toggle('keys', !remembersKeysOff())
  const box = document.getElementById('keys')
  if (box instanceof HTMLInputElement) {
    box.checked = !remembersKeysOff()
    box.addEventListener('change', () => {
      document.documentElement.classList.toggle('keys', box.checked)
      localStorage.setItem(KEYS, box.checked ? 'on' : 'off')
    })
  }
  document.addEventListener('keydown', onKey)
  document.addEventListener('submit', onSubmit)
  document.addEventListener('click', onClick)
  document.addEventListener('toggle', onToggle, true)
}

start()
