import { button, h } from '../dom.js'
import { selectedWords } from '../selection.js'

/** @typedef {HTMLTextAreaElement} TextArea */

/**
 * What goes around the selection, or before each of its lines: word, before, after, key.
 * @type {[word: import('./messages.js').Key, before: string, after?: string, key?: string][]}
 */
const MARKS = [
  ['bold', '**', '**', 'b'],
  ['italic', '_', '_', 'i'],
  ['address', '[', '](https://)', 'k'],
  ['quote', '> '],
  ['code', '`', '`'],
  ['list', '- '],
]

/**
 * Buttons that put Markdown around what is selected; one stop for Tab, arrows go on from there.
 * @param {import('../types.js').Words} t
 * @param {TextArea} control
 */
export function toolbar(t, control) {
  const buttons = MARKS.map((mark, rank) =>
    button(t(mark[0]), 'do', () => format(control, mark), { tabindex: rank && -1 }),
  )
  const bar = h(
    'div',
    { class: 'tools actions', role: 'toolbar', 'aria-label': t('format') },
    buttons,
  )
  bar.addEventListener('keydown', ({ key, target }) => {
    const here = /** @type {HTMLElement} */ (target)
    const isOn = (key === 'ArrowRight') === !t.words.dir
    const next = /** @type {HTMLElement | null} */ (isOn ? here.nextSibling : here.previousSibling)
    if (!next || !/^Arrow[LR]/.test(key)) return
    here.tabIndex = -1
    next.tabIndex = 0
    next.focus()
  })
  return bar
}

/**
 * Does what a key stands for, pressed together with Ctrl or ⌘.
 * @param {TextArea} control
 * @param {KeyboardEvent} event
 */
export function shortcut(control, event) {
  const mark = MARKS.find((each) => each[3] === event.key)
  if (!mark) return
  event.preventDefault()
  format(control, mark)
}

/**
 * Puts Markdown around what is selected in the field, and leaves that selected; what is selected
 * in a comment is quoted.
 * @param {TextArea} control
 * @param {typeof MARKS[number]} mark
 */
function format(control, [word, open, close]) {
  const { selectionStart, selectionEnd, value } = control
  const words = word === 'quote' && selectedWords(control.getRootNode())
  if (words) return quote(control, words)
  const from = close ? selectionStart : value.slice(0, selectionStart).lastIndexOf('\n') + 1
  const picked = value.slice(from, selectionEnd)
  control.setSelectionRange(from, selectionEnd)
  insert(control, close ? open + picked + close : picked.replace(/^/gm, open))
  const start = from + open.length
  if (close) control.setSelectionRange(start, start + picked.length)
}

/**
 * @param {TextArea} control
 * @param {string} words
 */
export function quote(control, words) {
  const isMidLine = /.$/.test(control.value.slice(0, control.selectionStart))
  insert(control, `${isMidLine ? '\n\n' : ''}${words.replace(/^/gm, '> ')}\n\n`)
}

/**
 * Types a text in the place of what is selected, so that it can be undone where browsers can.
 * @param {TextArea} control
 * @param {string} text
 */
function insert(control, text) {
  control.focus()
  if (!document.execCommand('insertText', false, text)) control.setRangeText(text)
}
