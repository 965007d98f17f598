// A store that has read a thread, for tests of what changes it.
import { serve } from './browser.js'
import { comment, reply } from './builders.js'

const { Api } = await import('../../widget/src/api.js')
const { Store } = await import('../../widget/src/store.js')
const { Visitor } = await import('../../widget/src/visitor.js')

export const SERVER = 'https://comments.example.org'
export const ADDRESS = { url: 'https://blog.example.org/river', title: 'The river' }
export const ids = (store) => store.comments.map(({ id }) => id)
export const one = comment(1, { reply_count: 2 })
export const two = reply(2, one)
export const three = comment(3)

/** A store of this page that has read nothing yet. */
export const unread = () => new Store(new Api(SERVER), new Visitor(SERVER), ADDRESS)

/** One that has read this slice; then what the server says from then on. */
export async function opened(first, next = () => [500, {}]) {
  const store = unread()
  serve(() => [200, first])
  await store.load()
  serve(next)
  return store
}
