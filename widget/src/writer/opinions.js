// What this reader thinks of comments and of the page. Each throws a Problem where the server does
// not take it.
import { visitorToken } from './myself.js'
import { pageOf } from './writes.js'
import { change } from './writing-api.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../store.js').Store} Store */

const MOST = 500

/**
 * Shows a vote at once, and takes it back where the server does not take it. The same once more is
 * no vote.
 * @param {Store} store
 * @param {number} id
 * @param {number} value
 */
export async function vote(store, id, value) {
  const { up, down } = /** @type {Comment} */ (store.find(id))
  const was = store.visitor.read().votes?.[id] || 0
  const vote = was === value ? 0 : value
  const count = (/** @type {number} */ side) => Number(vote === side) - Number(was === side)
  show(store, id, vote, { up: up + count(1), down: down + count(-1) })
  try {
    const answer = await tell(store, 'PUT', `comments/${id}/vote`, { vote })
    show(store, id, answer.vote, answer)
  } catch (problem) {
    show(store, id, was, { up, down })
    throw problem
  }
}

/**
 * Gives the page a reaction; the same once more takes it back.
 * @param {Store} store
 * @param {string} chosen
 */
export async function react(store, chosen) {
  const page = store.pageName()
  const reaction = store.visitor.read().reactions?.[page] === chosen ? null : chosen
  const answer = await tell(store, 'PUT', 'reactions', { ...pageOf(store), reaction })
  note(store, 'reactions', page, answer.mine)
  Object.assign(store.page || {}, { reactions: answer.reactions })
  store.changed()
}

/**
 * @param {Store} store
 * @param {string} method
 * @param {string} path
 * @param {object} opinion
 */
export const tell = (store, method, path, opinion) =>
  change(store, method, path, { ...opinion, visitor_token: visitorToken(store.visitor) })

/**
 * @param {Store} store
 * @param {number} id
 * @param {number} vote
 * @param {{up: number, down: number}} counts
 */
function show(store, id, vote, { up, down }) {
  note(store, 'votes', id, vote)
  store.replace({ .../** @type {Comment} */ (store.find(id)), up, down })
  store.changed()
}

/**
 * Remembers what this reader thinks of something, of so many things at most.
 * @param {Store} store
 * @param {'votes' | 'reactions'} kind
 * @param {string | number} key
 * @param {any} value
 */
function note({ visitor }, kind, key, value) {
  visitor.change((memory) => {
    /** @type {Record<string, any>} */
    const all = { ...memory[kind], [key]: value || undefined }
    for (const old of Object.keys(all).slice(0, -MOST)) delete all[old]
    memory[kind] = all
  })
}
