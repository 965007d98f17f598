import { threadUrl } from './page-address.js'

const FIRST_WAIT = 4_000
const LONGEST_WAIT = 300_000

/**
 * Follows a thread while somebody is there, so that the store hears of what others write. A stream
 * that breaks is begun anew after a while, from the version that is known; each time after a longer one,
 * unless it held for long: proxies end every stream at some time.
 * @param {import('./store.js').Store} store
 * @returns {(isThere: boolean) => void}
 */
export function follow(store) {
  /** @type {EventSource | undefined} */
  let source
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer
  const begin = (wait = FIRST_WAIT) => {
    const stream = new EventSource(
      `${threadUrl(store.api.server, store.address, '/events')}&since=${store.version}`,
    )
    source = stream
    const longFrom = Date.now() + LONGEST_WAIT
    for (const name of ['new', 'edited', 'removed', 'count']) {
      stream.addEventListener(name, ({ data, lastEventId }) => {
        wait = FIRST_WAIT
        store.hear(name, JSON.parse(data), Number(lastEventId))
      })
    }
    stream.onerror = () => {
      stream.close()
      if (Date.now() > longFrom) wait = FIRST_WAIT
      // Not all readers at once: half of the wait to one and a half.
      timer = setTimeout(begin, wait * (0.5 + Math.random()), Math.min(2 * wait, LONGEST_WAIT))
    }
  }
  return (isThere) => {
    source?.close()
    clearTimeout(timer)
    if (isThere && store.address.live !== 'off' && globalThis.EventSource) begin()
  }
}
