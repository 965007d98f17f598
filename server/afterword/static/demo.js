// The made-up blog's own theme switch, as many real blogs have one: it sets data-theme on the root,
// and the comments below follow. It runs before the page is painted, so that nothing flashes.
const root = document.documentElement

/** @param {string} theme */
function wear(theme) {
  root.dataset.theme = theme
  try {
    localStorage.setItem('theme', theme)
  } catch {
    // A browser that keeps nothing still switches.
  }
}

/** @returns {string | null} */
function remembered() {
  try {
    return localStorage.getItem('theme')
  } catch {
    return null
  }
}

const before = remembered()
if (before === 'light' || before === 'dark') root.dataset.theme = before

document.addEventListener('DOMContentLoaded', () => {
  const button = document.querySelector('.theme')
  if (!(button instanceof HTMLButtonElement)) return
  button.hidden = false
  button.addEventListener('click', () => {
    const dark = matchMedia('(prefers-color-scheme: dark)').matches
    const now = root.dataset.theme ?? (dark ? 'dark' : 'light')
    wear(now === 'dark' ? 'light' : 'dark')
  })
})
