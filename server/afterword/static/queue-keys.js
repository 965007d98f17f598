// Keys of the queue stand for buttons that are on the page.

import { undo } from './queue-acts.js'
import { current, items, move } from './queue-list.js'

const STORED = 'afterword-keys'

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

export function help() {
  const dialog = document.getElementById('help')
  if (dialog instanceof HTMLDialogElement) dialog.showModal()
}

/** @type {Record<string, () => unknown>} */
const ACTIONS = { j: () => move(1), k: () => move(-1), x: tick, z: undo, '?': help }
for (const key of 'asdher') ACTIONS[key] = () => press(key)

/** @param {EventTarget | null} target */
function isTyping(target) {
  if (!(target instanceof HTMLElement)) return false
  if (target instanceof HTMLInputElement) return target.type !== 'checkbox'
  return target.matches('textarea, select, [contenteditable]') || target.closest('dialog') !== null
}

/** Sends what is written, or closes its form and keeps it.
 * @param {KeyboardEvent} event */
function onKeyInText(event) {
  const area = event.target
  if (!(area instanceof HTMLTextAreaElement)) return
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault()
    area.form?.requestSubmit()
  }
  const details = area.closest('details')
  if (event.key === 'Escape' && details) {
    details.open = false
    current()?.focus()
  }
}

/** @param {KeyboardEvent} event */
function onKey(event) {
  if (event.isComposing) return
  onKeyInText(event)
  if (event.ctrlKey || event.metaKey || event.altKey) return
  if (!document.documentElement.classList.contains('keys') || isTyping(event.target)) return
  const action = ACTIONS[event.key]
  if (!action) return
  event.preventDefault()
  action()
}

function isOff() {
  try {
    return localStorage.getItem(STORED) === 'off'
  } catch {
    return false
  }
}

export function listenForKeys() {
  document.documentElement.classList.toggle('keys', !isOff())
  const box = document.getElementById('keys')
  if (box instanceof HTMLInputElement) {
    box.checked = !isOff()
    box.addEventListener('change', () => {
      document.documentElement.classList.toggle('keys', box.checked)
      localStorage.setItem(STORED, box.checked ? 'on' : 'off')
    })
  }
  document.addEventListener('keydown', onKey)
}
