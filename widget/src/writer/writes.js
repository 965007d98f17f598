// What this reader writes into a thread: sent to the server, then put into the store. Each throws
// a Problem where the server does not do it.
import { introduce, visitorToken } from './myself.js'
import { change } from './writing-api.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Own} Own */
/** @typedef {import('../store.js').Store} Store */

/**
 * Sends a comment, shows it in its place and remembers that it is ours.
 * @param {Store} store
 * @param {import('../types.js').Draft} draft
 * @param {(problem: any) => Promise<string>} prove does the work that the server may ask for first
 * @returns {Promise<Comment>}
 */
export async function submit(store, { me, body, parent, client_id, seconds }, prove) {
  const { visitor } = store
  const { remember, ...given } = /** @type {import('../types.js').Me} */ (me)
  const said = { ...pageOf(store), ...given, body, parent, client_id, seconds }
  const visitor_token = visitorToken(visitor)
  /**
   * @param {string} [proof]
   * @returns {Promise<any>}
   */
  const send = (proof) =>
    change(store, 'POST', 'comments', { ...said, visitor_token, proof }).catch(async (problem) => {
      if (!problem.challenge) throw problem
      return send(await prove(problem))
    })
  const { comment, author_token, expires_at } = await send()
  introduce(visitor, { ...given, remember })
  const page = store.page?.id || store.pageName()
  keepOwn(store, comment, body, { page, token: author_token, expires: expires_at })
  // It may have come as news before this answer.
  const isCounted = store.find(comment.id) || store.arrived.has(comment.id)
  if (!isCounted && isShown(comment)) store.count++
  store.putIn(comment)
  store.changed()
  return comment
}

/**
 * @param {Store} store
 * @param {number} id
 * @param {string} body
 * @returns {Promise<Comment>}
 */
export async function revise(store, id, body) {
  const own = store.visitor.own(id)
  const { comment } = await change(store, 'PATCH', `comments/${id}`, { body }, own?.token)
  keepOwn(store, comment, body, own)
  const before = store.find(id) || comment
  store.count += Number(isShown(comment)) - Number(isShown(before))
  // Its author's answer knows nothing of the replies.
  const { reply_count, more } = before
  store.replace({ ...comment, reply_count, more })
  store.changed()
  return comment
}

/**
 * @param {Store} store
 * @param {number} id
 */
export async function remove(store, id) {
  const { visitor, comments } = store
  await change(store, 'DELETE', `comments/${id}`, undefined, visitor.own(id)?.token)
  visitor.keep(id, undefined)
  const at = store.placeOf(id)
  const before = comments[at]
  if (!before) return
  if (isShown(before)) store.count--
  if (before.more || store.endOf(at) > at + 1) store.vacate(before)
  else comments.splice(at, 1)
  store.changed()
}

/**
 * What the server is told of the page.
 * @param {Store} store
 */
export function pageOf({ address: { url, canonical, id, site, title } }) {
  return { url, canonical, thread_id: id, site, title }
}

/** @param {Comment} comment */
const isShown = ({ status }) => status === 'approved'

/**
 * @param {Store} store
 * @param {Comment} comment
 * @param {string} body
 * @param {Partial<Own>} [own]
 */
function keepOwn({ visitor }, comment, body, own) {
  const held = isShown(comment) ? undefined : comment
  const source = comment.source ?? body
  visitor.keep(comment.id, /** @type {Own} */ ({ ...own, source, held }))
}
