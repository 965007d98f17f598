/**
 * What is selected in the words of a comment of this thread; nothing where a browser cannot tell.
 * @param {Node} root the thread's shadow root
 * @returns {string}
 */
export function selectedWords(root) {
  const selection = getSelection()
  const shadowRoots = [/** @type {ShadowRoot} */ (root)]
  const start = selection?.getComposedRanges?.({ shadowRoots })[0]?.startContainer
  const isOurs = root.contains(start || null) && start?.parentElement?.closest('.body')
  return isOurs ? String(selection).trim() : ''
}
