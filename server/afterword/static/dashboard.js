// Makes the dashboard quicker; everything works without it. Forms are sent by fetch so that the list
// keeps its place, and keys stand for buttons that are on the page. No text ever becomes HTML here.

const KEYS = 'afterword-keys'

/** @typedef {{ text: string, undo: number | null, changed: number[], next: string, counts: Record<string, number> }} Done */
/** @typedef {{ item: Element, before: Element | null }} Taken */

/** What the server said instead of doing it. */
class Refusal extends Error {}

/** What was taken out of the list, by the decision that did it, so that undo can put it back.
 * @type {Map<number, Taken[]>} */
const taken = new Map()
const queue = document.querySelector('.queue')

/** One act is sent after the other, so that the last word and its undo are of the last act.
 * @type {Promise<void>} */
let sending = Promise.resolve()

/** The comments of the list, without those that are being decided about.
 * @returns {HTMLElement[]} */
function items() {
  const all = [...document.querySelectorAll('.item:not(.leaving)')]
  return all.filter((item) => item instanceof HTMLElement)
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

/** Undoes what was sent last, also when its answer is still on the way. */
async function undo() {
  await sending
  const button = document.querySelector('.toast [aria-keyshortcuts="z"]')
  if (button instanceof HTMLElement) button.click()
}

function help() {
  const dialog = document.getElementById('help')
  if (dialog instanceof HTMLDialogElement) dialog.showModal()
}

/** @type {Record<string, () => unknown>} */
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

/** The comments that a form is about: its own, or all that are ticked.
 * @param {HTMLFormElement} form
 * @returns {HTMLElement[]} */
function subjects(form) {
  // Not form.id: that is the field named "id".
  if (form.getAttribute('id') !== 'bulk') return items().filter((item) => item.contains(form))
  return items().filter((item) => item.querySelector('.pick :checked'))
}

/** Goes on to the next comment at once: the next key is about that one.
 * @param {HTMLElement[]} deciding */
function leave(deciding) {
  if (deciding.length === 0) return
  const all = items()
  const left = all.filter((item) => !deciding.includes(item))
  const next = left.find((item) => all.indexOf(item) > all.indexOf(deciding[0]))
  for (const item of deciding) item.classList.add('leaving')
  go(next ?? left.pop())
}

/** Takes the comments out of the list that were decided about. What did not change was decided by
 * somebody else already: it goes too, and undo does not bring it back.
 * @param {Element[]} gone @param {Done} done */
function takeOut(gone, done) {
  // Each remembers what stood after it; putting back goes from the last to the first.
  const places = gone
    .filter((item) => done.changed.includes(Number(item.getAttribute('data-id'))))
    .map((item) => ({ item, before: item.nextElementSibling }))
  if (done.undo !== null) taken.set(done.undo, places)
  for (const item of gone) {
    const box = item.querySelector('.pick input')
    if (box instanceof HTMLInputElement) box.checked = false
    item.classList.remove('leaving')
    item.remove()
  }
  if (!document.querySelector('.item')) location.assign(done.next)
}

/** @param {number} decision @param {Done} done */
function putBack(decision, done) {
  const places = taken.get(decision)
  if (!places?.length || !queue) {
    location.assign(done.next)
    return
  }
  for (const { item, before } of [...places].reverse()) {
    queue.insertBefore(item, before?.isConnected ? before : null)
  }
  taken.delete(decision)
  const [first] = places
  if (first.item instanceof HTMLElement) go(first.item)
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
function onSubmit(event) {
  const form = event.target
  if (!(form instanceof HTMLFormElement) || !queue) return
  if (!new URL(form.action).pathname.includes('/dashboard/queue')) return
  event.preventDefault()
  const button = event.submitter
  const deciding = form.closest('.reply') ? [] : subjects(form)
  const body = new FormData(form, button)
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
  const undone = fields.get('decision')
  try {
    const done = await send(form.action, fields)
    say(done.text, done.undo)
    showCounts(done.counts)
    if (undone) putBack(Number(undone), done)
    else takeOut(form.closest('.reply') ? replied(form, done) : deciding, done)
    return true
  } catch (problem) {
    complain(form, problem instanceof Refusal ? problem.message : 'The server did not answer.')
    return false
  }
}

/** Closes the form of a reply; the comment leaves the list if the reply has approved it.
 * @param {HTMLFormElement} form @param {Done} done
 * @returns {HTMLElement[]} */
function replied(form, done) {
  const details = form.closest('details')
  if (details) details.open = false
  form.reset()
  form.parentElement?.querySelector('.notice')?.remove()
  const about = subjects(form)
  if (done.changed.length === 0) {
    go(about[0])
    return []
  }
  leave(about)
  return about
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
