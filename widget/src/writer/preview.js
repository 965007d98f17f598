import { button, fill, h } from '../dom.js'

/**
 * Shows in turns what somebody types and how it will look.
 * @param {import('../types.js').Words} t
 * @param {HTMLTextAreaElement} control
 * @param {HTMLElement} tools of no use while the text is not there
 * @param {(text: string) => Promise<import('../dom.js').Child>} render
 */
export function previewOf(t, control, tools, render) {
  const look = h('div', { class: 'input body', role: 'status', 'aria-label': t('previewing') })
  const toggle = button('', 'do', async () => {
    const text = control.value.trim()
    show(!control.hidden)
    fill(look, !look.hidden && (text ? await render(text) : t('nothing')))
  })
  const show = (isLook = false) => {
    control.hidden = tools.hidden = isLook
    look.hidden = !isLook
    fill(toggle, t(isLook ? 'write' : 'preview'))
  }
  return /** @type {const} */ ([look, toggle, show])
}
