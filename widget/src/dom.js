const ATTRIBUTES =
  /^(alt|autocomplete|class|datetime|dir|for|hidden|href|id|loading|name|referrerpolicy|rel|required|role|rows|src|start|tabindex|title|type|aria-[a-z]+)$/

/** @typedef {Node | string | false | null | undefined | Child[]} Child */
/** @typedef {Record<string, unknown>} Props attributes by name, `aria-*` among them */

/**
 * Makes an element. It never parses: strings become text, and only listed attributes are set.
 * Each class is a part name too, so that a site can style it.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | string | null} [props] attributes, or the class alone
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 * @throws {TypeError} on an attribute that is not on the list: our own mistake
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag)
  const given = typeof props === 'string' ? { class: props } : props || {}
  for (const name in given) {
    if (!ATTRIBUTES.test(name)) throw new TypeError(`h() does not set ${name}`)
    if (isThere(given[name])) node.setAttribute(name, String(given[name]))
  }
  if (given.class) node.setAttribute('part', String(given.class))
  put(node, children)
  return node
}

/**
 * A button that asks for something when it is pressed.
 * @param {string} label
 * @param {string} what
 * @param {unknown} [detail]
 * @param {Props} [props]
 */
export function button(label, what, detail, props) {
  const node = h('button', { type: 'button', class: 'button', ...props }, label)
  node.addEventListener('click', () => ask(node, what, detail))
  return node
}

/**
 * Puts these children in place of those that a node has.
 * @param {Element} node
 * @param {...Child} children
 */
export function fill(node, ...children) {
  node.replaceChildren()
  put(node, children)
}

/**
 * Puts these children behind those that a node has.
 * @param {Element} node
 * @param {Child[]} children
 */
export function put(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) put(node, child)
    else if (isThere(child)) node.append(/** @type {Node | string} */ (child))
  }
}

/**
 * Asks whoever listens above to do something; views change nothing themselves.
 * @param {Node} node where the wish comes from
 * @param {string} what
 * @param {unknown} [detail]
 */
export function ask(node, what, detail) {
  node.dispatchEvent(new CustomEvent('ask', { bubbles: true, detail: { what, detail } }))
}

/** @param {unknown} value */
const isThere = (value) => value != null && value !== false
