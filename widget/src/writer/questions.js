import { bodyNodes } from '../tree.js'
import { notifyIn } from './notify.js'
import { signInOf } from './sign-in.js'
import { pageOf } from './writes.js'
import { change } from './writing-api.js'

/**
 * What is asked of some who write, by name; a file of its own, because most are asked nothing.
 * @param {import('../conversation.js').Conversation} conversation
 * @param {import('../types.js').Scene} scene
 * @param {(doing: Promise<unknown>, id: number, word?: import('../messages.js').Key) => Promise<unknown>} attempt
 * @returns {Record<string, (about: any) => any>}
 */
export function questions(conversation, scene, attempt) {
  const { fetchFile, store } = scene
  const act = (/** @type {string} */ what) => (/** @type {number} */ id) =>
    fetchFile(ACTS).then((acts) => acts(conversation, scene, attempt)[what](id))
  return {
    proof: () => fetchFile(PROOF),
    account: () => signInOf(conversation, scene),
    /** How what is being written will look. */
    preview: (text) =>
      change(store, 'POST', 'preview', { ...pageOf(store), body: text }).then(({ body }) =>
        bodyNodes(body, store.site?.images),
      ),
    notify: (form) => notifyIn(form, scene),
    delete: act('delete'),
    report: act('report'),
  }
}
