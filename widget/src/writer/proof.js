/** @typedef {{algorithm: string, challenge: string, maxnumber: number, salt: string, signature: string}} Challenge */

/** Milliseconds of work, after which the page has its turn. */
const SLICE = 6
/** Numbers from which a worker is tried: one that the page's policy refuses leaves a mark in its log. */
const WORTH = 2e5
/** Numbers that a worker looks through before it says that it still does. */
const STRIDE = 2e4

/**
 * Does the work that the server asks for, beside everything else that happens on the page.
 * @param {Challenge} challenge
 * @param {Node} node while it stands on the page, the work is wanted
 * @returns {Promise<string | null>} the proof; empty where there is none, null where nobody wants it now
 */
export async function prove(challenge, node) {
  const { maxnumber } = challenge
  const work = { ...challenge, isWanted: () => node.isConnected }
  const done = maxnumber > WORTH ? inWorker(work) : Promise.reject()
  const number = await done.catch(() => inSlices(work))
  if (number === null) return null
  return number > maxnumber ? '' : btoa(JSON.stringify({ ...challenge, number }))
}

/** @typedef {Challenge & {isWanted: () => boolean}} Work */

/**
 * @param {Work} work
 * @returns {Promise<number | null>} more than can be where nothing is found
 */
async function inSlices({ salt, challenge, maxnumber, isWanted }) {
  const isIt = tester(salt, challenge)
  // A message comes back sooner than a timer, also where nobody looks at the page.
  const { port1, port2 } = new MessageChannel()
  let number = 0
  let isOver = false
  while (!isOver && isWanted()) {
    const end = performance.now() + SLICE
    while (!isOver && performance.now() < end) {
      for (let left = 64; left-- && !isOver; ) {
        isOver = number > maxnumber || isIt(number)
        if (!isOver) number++
      }
    }
    await new Promise((next) => {
      port1.onmessage = next
      port2.postMessage(0)
    })
  }
  port1.close()
  return isOver ? number : null
}

/**
 * @param {Work} work
 * @returns {Promise<number | null>}
 * @throws where the page allows no worker
 */
function inWorker({ salt, challenge, maxnumber, isWanted }) {
  const code = `let isIt=(${tester})(...${JSON.stringify([salt, challenge])}),n=0
for(;n<=${maxnumber}&&!isIt(n);n++)n%${STRIDE}||postMessage(-1)
postMessage(n)`
  const url = URL.createObjectURL(new Blob([code], { type: 'text/javascript' }))
  return new Promise((resolve, reject) => {
    const worker = new Worker(url)
    worker.onerror = reject
    worker.onmessage = ({ data }) => {
      if (isWanted() && data < 0) return
      worker.terminate()
      resolve(data < 0 ? null : data)
    }
  })
}

/**
 * SHA-256 of one block of ASCII, by hand: `crypto.subtle` is missing on pages without https, and is
 * slower for so little at once. Its source runs in a worker too, so it needs nothing from outside.
 * @param {string} salt
 * @param {string} challenge
 * @returns {(number: number) => boolean} whether that is the number
 */
function tester(salt, challenge) {
  const start = /** @type {number[]} */ ([])
  const rounds = /** @type {number[]} */ ([])
  for (let prime = 2; rounds.length < 64; prime++) {
    let divisor = 2
    while (prime % divisor) divisor++
    if (divisor < prime) continue
    if (start.length < 8) start.push((prime ** (1 / 2) * 2 ** 32) | 0)
    rounds.push((prime ** (1 / 3) * 2 ** 32) | 0)
  }
  const [first, second] = [0, 8].map((at) => Number.parseInt(challenge.slice(at, at + 8), 16) | 0)
  const words = new Int32Array(64)
  /**
   * @param {string} text
   * @param {number} from
   */
  const write = (text, from) => {
    for (let at = 0; at < text.length; at++, from++)
      words[from >> 2] |= text.charCodeAt(at) << (24 - (from % 4) * 8)
    return from
  }
  write(salt, 0)
  const salted = words.slice(0, 16)
  const turned = (/** @type {number} */ word, /** @type {number} */ by) =>
    (word >>> by) | (word << (32 - by))
  return (number) => {
    words.set(salted)
    words[15] = (write(`${number}\x80`, salt.length) - 1) * 8
    let a = start[0]
    let b = start[1]
    let c = start[2]
    let d = start[3]
    let e = start[4]
    let f = start[5]
    let g = start[6]
    let h = start[7]
    for (let at = 0; at < 64; at++) {
      if (at > 15) {
        const before = words[at - 15]
        const last = words[at - 2]
        words[at] =
          words[at - 16] +
          (turned(before, 7) ^ turned(before, 18) ^ (before >>> 3)) +
          words[at - 7] +
          (turned(last, 17) ^ turned(last, 19) ^ (last >>> 10))
      }
      const one =
        (h +
          (turned(e, 6) ^ turned(e, 11) ^ turned(e, 25)) +
          ((e & f) ^ (~e & g)) +
          rounds[at] +
          words[at]) |
        0
      const two = (turned(a, 2) ^ turned(a, 13) ^ turned(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))
      h = g
      g = f
      f = e
      e = (d + one) | 0
      d = c
      c = b
      b = a
      a = (one + two) | 0
    }
    return ((a + start[0]) | 0) === first && ((b + start[1]) | 0) === second
  }
}
