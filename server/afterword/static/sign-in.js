// Tells the page that opened this window how signing in went: that page's origin alone, and no other.
const { dataset: told } = /** @type {HTMLElement} */ (document.getElementById('told'))
if (opener && !opener.closed && told.origin) {
  opener.postMessage({ afterword: 'signed-in', code: told.code }, told.origin)
  if (told.code) close()
}

export {}
