import { button, fill, h } from '../dom.js'
import { reasonOf } from './reason.js'

/**
 * A comment that did not reach the server, in the place where it would stand.
 * @param {import('../types.js').Words} t
 * @param {string} body
 * @param {{retry: () => void, copied: () => void, discard: () => void}} acts
 */
export function unsentView(t, body, { retry, copied, discard }) {
  const note = h('p', { class: 'error', role: 'status' })
  const text = h('p', { dir: 'auto' }, body)
  const again = button(t('retry'), 'do', retry)
  const copier = button(t('copy'), 'do', () => {
    // A way that needs neither https nor a permission; what it copies stays selected.
    getSelection()?.selectAllChildren(text)
    if (!document.execCommand('copy')) return
    fill(copier, t('copied'))
    copied()
  })
  const node = h(
    'div',
    { class: 'unsent held', role: 'group', 'aria-label': t('unsent') },
    note,
    text,
    h('div', 'actions', again, copier, button(t('discard'), 'do', discard)),
  )
  /**
   * Says why it is not sent. Whether the device is offline is told and not believed: the button
   * stays. Nothing is sent unless somebody presses it.
   * @param {import('../api.js').Problem} [problem]
   */
  const fail = (problem) =>
    tell(problem ? t('notSent', { reason: reasonOf(problem, t) }) : t('unsent'))
  const tell = (/** @type {string} */ words) => {
    fill(note, navigator.onLine ? words : t('offline'))
    const back = () => tell(t('notSent', { reason: t('retry') }))
    if (!navigator.onLine) addEventListener('online', back, { once: true })
  }
  return { node, fail, done: () => node.remove(), focus: () => again.focus(), purpose: null }
}
