import { h } from './dom.js'

const SWITCHES = 'class data-theme data-bs-theme data-color-scheme data-color-mode data-mode'.split(
  ' ',
)
const VALUES = /(?:^|\s)(?:theme-|is-)?(dark|light)(?:-theme|-mode)?(?:\s|$)/i
/** Some pages write a style on their root at each scroll event; once in this many ms is enough. */
const PAUSE = 60
const BROWSER_LINKS = /^rgb\((0, 0, 238|158, 158, 255)\)$/
/** Above this luminance black is read better than white, with room for mid-tone links. */
const LIGHT = 0.36

/**
 * Keeps a thread in the page's theme: light or dark, and the page's own link colour as accent.
 * @param {HTMLElement} host
 * @param {HTMLElement} root where the class `dark` is set
 * @param {AbortSignal} signal ends it
 */
export function followTheme(host, root, signal) {
  const system = matchMedia('(prefers-color-scheme: dark)')
  let timer = 0
  const apply = () => {
    timer = 0
    applyTheme(host, root, system.matches)
  }
  const observer = new MutationObserver(() => {
    timer ||= setTimeout(apply, PAUSE)
  })
  const attributeFilter = [...SWITCHES, 'style']
  for (const element of pageRoots()) observer.observe(element, { attributeFilter })
  observer.observe(host, { attributeFilter: ['theme'] })
  system.addEventListener('change', apply, { signal })
  // An async script does not wait for the page's style sheets.
  addEventListener('load', apply, { signal })
  apply()
  signal.addEventListener('abort', () => {
    observer.disconnect()
    clearTimeout(timer)
  })
}

/**
 * @param {HTMLElement} host
 * @param {HTMLElement} root
 * @param {boolean} systemIsDark
 */
function applyTheme(host, root, systemIsDark) {
  const asked = host.getAttribute('theme')
  const theme = /^(dark|light)$/.exec(asked || '')?.[0] || pageTheme(host, systemIsDark)
  root.classList.toggle('dark', theme === 'dark')
  const link = linkColour(host)
  root.style.setProperty('--link', link)
  root.style.setProperty('--on-link', link && (lightness(link) > LIGHT ? '#111' : '#fff'))
}

/**
 * The page's own switch, then its declared colour scheme, then whether its text is light.
 * @param {HTMLElement} host
 * @param {boolean} systemIsDark
 */
function pageTheme(host, systemIsDark) {
  for (const element of pageRoots()) {
    const said = VALUES.exec(SWITCHES.map((name) => element.getAttribute(name)).join(' '))
    if (said) return said[1].toLowerCase()
  }
  const scheme = getComputedStyle(document.documentElement).colorScheme
  if (/^(only )?(dark|light)$/.test(scheme)) return scheme.replace('only ', '')
  const text = /dark/.test(scheme) ? NaN : lightness(getComputedStyle(host).color)
  return (Number.isNaN(text) ? systemIsDark : text > LIGHT) ? 'dark' : 'light'
}

const pageRoots = () => [document.documentElement, document.body]

/**
 * The colour that the page gives to links at this place, empty if it gives none. It is read from
 * a link that stands in the host element for a moment, where the page's own rules reach it.
 * @param {HTMLElement} host
 */
function linkColour(host) {
  const link = h('a', { href: '#', hidden: true })
  host.append(link)
  const { color } = getComputedStyle(link)
  link.remove()
  return BROWSER_LINKS.test(color) || Number.isNaN(lightness(color)) ? '' : color
}

/**
 * Relative luminance (WCAG 2) of a computed colour.
 * @param {string} colour
 * @returns {number} 0 to 1; NaN where it is given neither as rgb nor as oklch
 */
export function lightness(colour) {
  const parts = (/^(rgb|oklch)/.test(colour) && colour.match(/[\d.]+/g)) || []
  if (colour[0] === 'o') return Number(parts[0]) ** 3
  const [r, g, b] = parts.map((part) => (Number(part) / 255) ** 2.2)
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}
