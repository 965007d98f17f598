/** @typedef {Node | string | false | null | undefined | Child[]} Child */
/**
 * The only attributes that are ever set: none that runs code, none that a strict policy refuses.
 * @typedef {'alt' | 'autocomplete' | 'class' | 'datetime' | 'dir' | 'for' | 'hidden' | 'href' | 'id' |
 *   'loading' | 'name' | 'referrerpolicy' | 'rel' | 'required' | 'role' | 'rows' | 'src' | 'start' |
 *   'tabindex' | 'target' | 'title' | 'type' | 'value' | `aria-${string}`} Attribute
 */
/** @typedef {Partial<Record<Attribute, unknown>>} Props */

/**
 * Makes an element. It never parses: strings become text.
 * Each class is a part name too, so that a site can style it.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Props | string | null} [props] attributes, or the class alone
 * @param {...Child} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag)
  /** @type {Props} */
  const given = typeof props === 'string' ? { class: props } : props || {}
  for (const name in given) {
    const value = given[/** @type {Attribute} */ (name)]
    if (isThere(value)) node.setAttribute(name, String(value))
  }
  if (given.class) node.setAttribute('part', String(given.class))
  put(node, children)
  return node
}

/**
 * What each button asks for; one listener above hears them all.
 * @type {WeakMap<Element, [what: string, detail?: unknown]>}
 */
export const asked = new WeakMap()

/**
 * A button that asks for something when it is pressed.
 * @param {string} label
 * @param {string} what
 * @param {unknown} [detail]
 * @param {Props} [props]
 */
export function button(label, what, detail, props) {
  const node = h('button', { type: 'button', class: 'button', ...props }, label)
  asked.set(node, [what, detail])
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
  const nodes = /** @type {(Node | string)[]} */ (children.flat(9).filter(isThere))
  node.append(...nodes)
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
