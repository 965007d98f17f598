// Makes the dashboard quicker; everything works without it.

import { fetchPage, partsOf } from './fetch-page.js'
import { onSubmit } from './queue-acts.js'
import { help, listenForKeys } from './queue-keys.js'
import { listenForNews } from './queue-news.js'

/** @param {MouseEvent} event */
async function onClick(event) {
  const pressed = event.target instanceof Element ? event.target.closest('button, a') : null
  if (pressed?.hasAttribute('data-help')) help()
  if (pressed?.hasAttribute('data-tick-all')) tickAll(event)
  if (pressed instanceof HTMLButtonElement) await copy(pressed)
}

/** @param {Event} event */
function tickAll(event) {
  event.preventDefault()
  const boxes = [...document.querySelectorAll('.pick input')]
  const all = boxes.every((box) => box instanceof HTMLInputElement && box.checked)
  for (const box of boxes) if (box instanceof HTMLInputElement) box.checked = !all
}

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const source = document.getElementById(button.dataset.copy ?? '')
  if (!source) return
  await navigator.clipboard.writeText(source.textContent.trim())
  const said = button.parentElement?.querySelector('[role="status"]')
  if (said) said.textContent = 'Copied'
}

/** @param {Event} event */
async function onToggle(event) {
  const details = event.target
  if (!(details instanceof HTMLDetailsElement) || !details.open) return
  details.querySelector('textarea')?.focus()
  const address = details.closest('.item')?.getAttribute('data-page')
  if (!address || !details.matches('.around') || details.querySelector('ol')) return
  // Where it fails, the link stays that leads to the same.
  const page = await fetchPage(address).catch(() => null)
  const [list] = page ? partsOf(page, '.thread-around > ol') : []
  if (list) details.querySelector('p')?.replaceWith(list)
}

function start() {
  for (const part of document.querySelectorAll('[data-with-script]')) part.removeAttribute('hidden')
  listenForKeys()
  listenForNews()
  document.addEventListener('submit', onSubmit)
  document.addEventListener('click', onClick)
  document.addEventListener('toggle', onToggle, true)
}

start()
