// Pages of the dashboard as documents, of which parts are taken into the one that is open.

/** Fetches a page of ours. By XMLHttpRequest, which parses into a document where no script runs; what
 * else parses HTML is forbidden by our policy (`trusted-types 'none'`).
 * @param {string} address
 * @returns {Promise<Document>} rejected where there is none, or somebody has to sign in first */
export function fetchPage(address) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.responseType = 'document'
    request.open('GET', address)
    request.onload = () => {
      const page = request.responseXML
      if (request.status === 200 && page) resolve(page)
      else reject(new Error(`${address} was answered with ${request.status}`))
    }
    request.onerror = () => reject(new Error(`${address} was not answered`))
    request.send()
  })
}

/** A part of another page as one of this page.
 * @param {Document} page @param {string} selector
 * @returns {HTMLElement[]} */
export function partsOf(page, selector) {
  const parts = [...page.querySelectorAll(selector)].map((part) => document.importNode(part, true))
  return parts.filter((part) => part instanceof HTMLElement)
}
