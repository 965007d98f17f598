import { threadUrl } from './page-address.js'

const EVENTS = ['new', 'edited', 'removed', 'count']
const FIRST_WAIT = 4_000
const LONGEST_WAIT = 300_000

/**
 * Follows a thread while somebody is there, so that the store hears of what others write. A stream
 * that breaks is begun anew after a while, each time a longer one, from the version that is known.
 * @param {import('./store.js').Store} store
 * @returns {(isThere: boolean) => void}
 */
export function follow(store) {
  /** @type {EventSource | undefined} */
  let source
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  let wait = FIRST_WAIT
  const begin = () => {
    const url = threadUrl(store.api.server, store.address, '/events')
    const stream = new EventSource(`${url}&since=${store.version}`)
    source = stream
    for (const name of EVENTS) {
      stream.addEventListener(name, ({ data, lastEventId }) => {
        wait = FIRST_WAIT
        store.hear(name, JSON.parse(data), Number(lastEventId))
      })
    }
    stream.onerror = () => {
      stream.close()
      // Not all readers at once: half of the wait to one and a half.
      timer = setTimeout(begin, wait * (0.5 + Math.random()))
      wait = Math.min(2 * wait, LONGEST_WAIT)
    }
  }
  return (isThere) => {
    source?.close()
    clearTimeout(timer)
    wait = FIRST_WAIT
    if (isThere && store.address.live !== 'off' && globalThis.EventSource) begin()
  }
}
