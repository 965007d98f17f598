/** @typedef {import('../types.js').Draft} Draft */
/** @typedef {import('../store.js').Store} Store */

const KEPT_FOR = 30 * 24 * 3600 * 1000
const MOST = 20

/**
 * What this reader has begun to write on a page, or could not send; the newest first.
 * @param {Store} store
 * @returns {Draft[]}
 */
export function draftsOf(store) {
  const drafts = store.visitor.read().drafts || []
  return drafts.filter(({ page }) => page === store.pageName())
}

/**
 * Keeps a draft, or forgets it where nothing is written in it. Of those that were never sent the
 * newest are kept. Name and contact are kept with what waits to be sent, and only there.
 * @param {Store} store
 * @param {Draft} draft
 */
export function keep({ visitor }, draft) {
  visitor.change((memory) => {
    const others = (memory.drafts || []).filter(
      ({ client_id, at, unsent }, rank) =>
        client_id !== draft.client_id && draft.at - at < KEPT_FOR && (unsent || rank < MOST - 1),
    )
    const kept = draft.unsent ? draft : { ...draft, me: undefined }
    memory.drafts = draft.body.trim() ? [kept, ...others] : others
  })
}
