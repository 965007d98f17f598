// A thread on a page, with the writer's part of the widget, for tests of what people do with it.
import { after } from 'node:test'
import { page, requests, serve, settled, until } from '../browser.js'
import { comment, slice } from '../builders.js'

const { ask } = await import('../../../widget/src/dom.js')
const { ThreadElement } = await import('../../../widget/src/thread-element.js')
const { acts } = await import('../../../widget/src/writer/acts.js')
const { account } = await import('../../../widget/src/writer/account.js')
const { writer } = await import('../../../widget/src/writer/writer.js')
const { prove } = await import('../../../widget/src/writer/proof.js')
const { questions } = await import('../../../widget/src/writer/questions.js')

export const SERVER = 'https://comments.example.org'
export const KEY = `afterword:${SERVER}`
export const GOOD = { body: 'Hello', name: 'Ana', email: 'ana@example.org', website: '' }
export const one = comment(1)

ThreadElement.server = SERVER
ThreadElement.fetchWriter = async () => writer
ThreadElement.fetchFile = async (file) => file
Object.assign(globalThis, { ACCOUNT: account, ACTS: acts, PROOF: prove, QUESTIONS: questions })
ThreadElement.prototype.getBoundingClientRect = () => ({ top: 0, bottom: 10 })
customElements.define('afterword-comments', ThreadElement)
// This browser has none; what it does where there is one is tried in Chromium.
page.document.execCommand = () => false

let node

/** Takes the thread off the page, as a reload does: nothing that waits for a pause is left behind. */
export async function close() {
  if (node) pause()
  node?.remove()
  await settled()
}

/** A device that remembers nothing. */
export async function forget() {
  await close()
  localStorage.clear()
}

after(close)

/** A thread whose form somebody has begun to write into. */
export async function open(thread = slice([one, comment(3)])) {
  await close()
  serve(() => [200, thread])
  node = document.createElement('afterword-comments')
  document.body.append(node)
  await until(() => find('form'))
  find('form textarea').focus()
  await until(() => find('form .send'))
  requests.length = 0
}

export const root = () => node.shadowRoot
export const find = (selector) => root().querySelector(selector)
export const form = () => find('li form') || find('form')
export const control = (name) => form().querySelector(`[name=${name}]`)
export const active = () => root().activeElement
export const said = () => find('p[role=status].unseen').textContent
export const memory = () => JSON.parse(localStorage.getItem(KEY) || '{}')

export function type(fields) {
  for (const [name, value] of Object.entries(fields)) {
    control(name).value = value
    control(name).dispatchEvent(new Event('input', { bubbles: true }))
  }
}

/** Presses the button with this word on it, and lets what it asks for be done. */
export async function press(word, within = root()) {
  const named = [...within.querySelectorAll('button')].filter((each) => each.textContent === word)
  named[0].click()
  await settled(0)
}

/** Asks for something, as a view does. */
export async function wish(what, detail, from = '.comment') {
  ask(find(from), what, detail)
  await settled(0)
}

export const key = (name, more = {}) =>
  active().dispatchEvent(
    new KeyboardEvent('keydown', { key: name, bubbles: true, cancelable: true, ...more }),
  )

export const send = () =>
  form().dispatchEvent(new Event('submit', { cancelable: true, bubbles: true }))

/** Nobody types for a moment: as if the page were about to go. */
export const pause = () => page.dispatchEvent(new page.Event('pagehide'))

/** Has the server take what comes. */
export function accept(more = {}) {
  serve((...[, , body]) => {
    const parent = body.parent ?? null
    const author = { ...one.author, name: body.name, website: body.website || null }
    const made = { parent_id: parent, root_id: parent, author, created_at: Date.now(), ...more }
    const answer = { ...comment(9, made), status: more.status || 'approved', source: body.body }
    return [201, { comment: answer, author_token: 'tok', expires_at: Date.now() + 900_000 }]
  })
}
