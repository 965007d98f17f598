import { fill } from '../dom.js'

/**
 * Puts a question in the place of a comment's buttons, until it is answered or Escape is pressed.
 * @param {HTMLElement} article
 * @param {string} opener the button that asks; it has the focus again when the buttons are back
 * @param {(back: () => void) => HTMLElement} question
 */
export function askInPlace(article, opener, question) {
  const bar = /** @type {HTMLElement} */ (article.querySelector('.actions'))
  const before = [...bar.childNodes]
  const focus = (/** @type {string} */ selector) =>
    /** @type {HTMLElement | null} */ (bar.querySelector(selector))?.focus()
  const back = () => {
    fill(bar, before)
    focus(opener)
  }
  const group = question(back)
  group.addEventListener('keydown', ({ key }) => key === 'Escape' && back())
  fill(bar, group)
  focus('input, .danger + *')
}

/**
 * What stands in the fields of a form, by their names.
 * @param {HTMLFormElement} form
 * @returns {Record<string, any>}
 */
export const valuesOf = (form) => Object.fromEntries(new FormData(form))
