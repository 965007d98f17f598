import { h } from '../dom.js'
import { confirmDelete } from './confirm-delete.js'
import { tell } from './opinions.js'
import { reportForm } from './report.js'
import { remove } from './writes.js'

/**
 * What is asked at a comment before something is done to it, by name; a file of its own, because few
 * who write meet it.
 * @param {import('../conversation.js').Conversation} conversation
 * @param {import('../types.js').Scene} scene
 * @param {(doing: Promise<unknown>, id: number, word?: import('../messages.js').Key) => Promise<unknown>} attempt
 * @returns {Record<string, (id: number) => unknown>}
 */
export function acts(conversation, { store, t }, attempt) {
  const article = (/** @type {number} */ id) => conversation.article(id)
  return {
    delete: (id) =>
      confirmDelete(article(id), t, async () => {
        if (!(await attempt(remove(store, id), id, 'notDeleted'))) return
        conversation.focus()
        conversation.say(t('deleted'))
      }),
    report: (id) =>
      reportForm(article(id), t, async (report, back) => {
        if (!(await attempt(tell(store, 'POST', `comments/${id}/report`, report), id))) return
        back()
        const place = article(id)
        place.querySelector('.report')?.replaceWith(h('span', 'quiet', t('reported')))
        place.focus()
        conversation.say(t('reported'))
      }),
  }
}
