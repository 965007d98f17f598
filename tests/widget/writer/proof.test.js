import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, beforeEach, test } from 'node:test'
import { requests, serve, until } from '../browser.js'
import { slice } from '../builders.js'
import * as thread from './form.js'

const { find, form, GOOD, memory, open, press, said, send, type } = thread
const { prove } = await import('../../../widget/src/writer/proof.js')

const SALT = '0123456789abcdef?expires=1800000600&max=1000000&'
const THERE = { isConnected: true }
const hash = (text) => createHash('sha256').update(text).digest('hex')

/** @param {number} number that solves it */
function challengeOf(number, maxnumber = 2000, salt = SALT) {
  const challenge = hash(`${salt}${number}`)
  return { algorithm: 'SHA-256', challenge, maxnumber, salt, signature: 'signed' }
}

const read = (proof) => JSON.parse(atob(proof))

for (const number of [0, 7, 64, 1999, 2000]) {
  test(`the number is found, as ${number}`, async () => {
    const challenge = challengeOf(number)
    assert.deepEqual(read(await prove(challenge, THERE)), { ...challenge, number })
  })
}

test('a salt of any length within one block is hashed rightly', async () => {
  for (const salt of ['', 'a', 'abc', 'x'.repeat(31), 'é'.normalize('NFD').slice(0, 1)]) {
    const challenge = challengeOf(123, 200, salt)
    assert.equal(read(await prove(challenge, THERE)).number, 123)
  }
})

test('where there is no such number there is no proof', async () => {
  assert.equal(await prove({ ...challengeOf(5000), maxnumber: 300 }, THERE), '')
})

test('work that nobody waits for ends', async () => {
  const node = { isConnected: true }
  const proving = prove({ ...challengeOf(1), challenge: '0'.repeat(64), maxnumber: 1e5 }, node)
  node.isConnected = false
  assert.equal(await proving, null)
})

/** A worker that runs its source, or one that the page's policy refuses. */
function workers(run) {
  const { createObjectURL } = URL
  const made = { sources: [], ended: 0 }
  URL.createObjectURL = (blob) => {
    made.sources.push(blob)
    return 'blob:1'
  }
  globalThis.Worker = class {
    constructor() {
      setTimeout(() => run(this), 0)
    }

    terminate() {
      made.ended++
    }
  }
  after(() => {
    URL.createObjectURL = createObjectURL
    delete globalThis.Worker
  })
  return made
}

test('a heavy one is given to a worker, whose source stands alone', async () => {
  const made = workers(async (worker) => {
    const source = await made.sources[0].text()
    const post = (data) => worker.onmessage({ data })
    new Function('postMessage', source)(post)
  })
  const challenge = challengeOf(77, 1_000_000)
  assert.equal(read(await prove(challenge, THERE)).number, 77)
  assert.equal(made.ended, 1)
})

test('where the page refuses a worker, the work is done beside everything else', async () => {
  workers((worker) => worker.onerror(new Event('error')))
  const challenge = challengeOf(77, 1_000_000)
  assert.equal(read(await prove(challenge, THERE)).number, 77)
})

beforeEach(thread.forget)

/** Has the server ask for work until a proof comes that it likes. */
function asking(isGood, challenge = challengeOf(42)) {
  serve((_url, _init, body) => {
    if (!isGood(body.proof))
      return [428, { code: 'proof_needed', detail: 'Work first.', challenge }]
    const comment = { ...thread.one, id: 9, status: 'approved', source: body.body }
    return [201, { comment, author_token: 'tok', expires_at: Date.now() + 900_000 }]
  })
}

test('a comment that is asked for work is sent again with it, and screen readers hear why', async () => {
  await open()
  const heard = new Set()
  const listening = setInterval(() => heard.add(said()), 0)
  asking((proof) => proof && read(proof).number === 42)
  type(GOOD)
  send()
  await until(() => find('#comment-9'))
  clearInterval(listening)
  const [first, second] = requests.map(({ body }) => body)
  assert.equal(first.proof, undefined)
  assert.deepEqual({ ...second, proof: undefined }, { ...first, proof: undefined })
  assert.ok(first.seconds >= 0)
  assert.match(said(), /published/)
  assert.ok(heard.has('Checking that this is not a program…'), [...heard].join())
})

test('one that is asked for more work once more does that too', async () => {
  await open()
  let times = 0
  asking((proof) => proof && ++times > 1)
  type(GOOD)
  send()
  await until(() => find('#comment-9'))
  assert.equal(requests.length, 3)
})

test('where the file that works cannot be fetched, it is sent without', async () => {
  await open()
  asking((proof) => proof === '')
  globalThis.PROOF = Promise.reject(new Error('blocked'))
  type(GOOD)
  send()
  await until(() => find('#comment-9'))
  globalThis.PROOF = prove
  assert.equal(requests[1].body.proof, '')
})

test('a reply that is cancelled meanwhile is not sent, and its draft is kept', async () => {
  await open(slice([thread.one]))
  find('#comment-1 .reply').click()
  await until(() => find('li form .send'))
  let cancelled
  const cancel = () => {
    cancelled ||= press('Cancel', form())
  }
  asking(cancel, { ...challengeOf(1), challenge: '0'.repeat(64), maxnumber: 100_000 })
  type(GOOD)
  send()
  await until(() => cancelled)
  await until(() => memory().drafts.every(({ unsent }) => !unsent))
  assert.equal(requests.length, 1)
  assert.equal(memory().drafts[0].body, 'Hello')
})
