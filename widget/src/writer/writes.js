import { Problem } from '../api.js'
import { introduce, visitorToken } from './myself.js'
import { WritingApi } from './writing-api.js'

/** @typedef {import('../types.js').Comment} Comment */
/** @typedef {import('../types.js').Draft} Draft */
/** @typedef {import('../store.js').Store} Store */

/** What this reader writes into a thread: sent to the server, then put into the store. */
export class Writes {
  #store
  #api

  /** @param {Store} store */
  constructor(store) {
    this.#store = store
    this.#api = new WritingApi(store.api.server)
  }

  /**
   * Sends a comment, shows it in its place and remembers that it is ours.
   * @param {Draft} draft
   * @returns {Promise<Comment>}
   * @throws {Problem}
   */
  async submit(draft) {
    const store = this.#store
    const { visitor } = store
    const { url, canonical, id, site, title } = store.address
    const { me, ...written } = draft
    const { name, email, website } = me
    const answer = await this.#api.submit({
      ...{ url, canonical, thread_id: id, site, title },
      ...{ name, email: email || undefined, website: website || undefined },
      ...{ ...written, visitor_token: visitorToken(visitor) },
    })
    const { comment } = answer
    introduce(visitor, me)
    visitor.keep(comment.id, {
      page: store.page?.id || store.pageName(),
      token: answer.author_token,
      expires: answer.expires_at,
      source: comment.source ?? draft.body,
      held: comment.status === 'approved' ? undefined : comment,
    })
    if (!store.find(comment.id) && comment.status === 'approved') store.count++
    store.addOwn(comment)
    store.changed()
    return comment
  }

  /**
   * @param {number} id
   * @param {string} body
   * @returns {Promise<Comment>}
   * @throws {Problem}
   */
  async revise(id, body) {
    const store = this.#store
    const own = this.#ownOrRefuse(id)
    const { comment } = await this.#api.revise(id, own.token, body)
    const held = comment.status === 'approved' ? undefined : comment
    store.visitor.keep(id, { ...own, source: comment.source ?? body, held })
    const before = store.find(id)
    if (before?.status === 'approved' && held) store.count--
    // Its author's answer knows nothing of the replies.
    const { reply_count, more } = before || comment
    store.replace({ ...comment, reply_count, more })
    store.changed()
    return comment
  }

  /**
   * @param {number} id
   * @throws {Problem}
   */
  async remove(id) {
    const store = this.#store
    await this.#api.remove(id, this.#ownOrRefuse(id).token)
    store.visitor.keep(id, undefined)
    const at = store.placeOf(id)
    const before = store.comments[at]
    if (!before) return
    if (before.status === 'approved') store.count--
    if (before.more || store.endOf(at) > at + 1) {
      store.comments[at] = { ...before, author: null, body: [], status: 'removed' }
    } else store.comments.splice(at, 1)
    store.changed()
  }

  /** @param {number} id */
  #ownOrRefuse(id) {
    const own = this.#store.visitor.own(id)
    if (own) return own
    throw new Problem(401, { code: 'sign_in_needed' })
  }
}
