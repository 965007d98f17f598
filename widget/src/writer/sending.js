import { keep } from './drafts.js'
import { unsentView } from './unsent.js'
import { revise, submit } from './writes.js'

/** @typedef {import('../types.js').Draft} Draft */
/** @typedef {import('./composer.js').Composer} Composer */
/** @typedef {ReturnType<typeof unsentView>} Unsent */

/**
 * Sends drafts, and keeps what did not arrive.
 * @param {import('../conversation.js').Conversation} conversation
 * @param {import('../types.js').Scene} scene
 * @param {(what: string) => Promise<any>} fetchFurther
 * @param {(form: Composer) => void} close
 */
export function sendingOf(conversation, { store, t }, fetchFurther, close) {
  const say = (/** @type {import('../messages.js').Key} */ word) => conversation.say(t(word))

  /**
   * Does the work that is asked for while the form stands there. Where it cannot be done, the comment
   * is sent without: then it waits for the moderators.
   * @param {Composer | Unsent} form
   * @param {any} problem
   */
  const prove = async ({ node }, problem) => {
    say('checking')
    const solve = await fetchFurther('proof').catch(() => () => '')
    const proof = await solve(problem.challenge, node)
    if (proof === null) throw problem
    return proof
  }

  /**
   * While its answer is under way a draft is kept as one that was not sent, so that it is neither
   * lost nor doubled, whatever becomes of the page.
   * @param {Composer | Unsent} form
   * @param {Draft} draft
   */
  const send = async (form, draft) => {
    const { body, edit } = draft
    keep(store, { ...draft, unsent: !edit })
    try {
      const comment = await (edit
        ? revise(store, edit, body)
        : submit(store, draft, (problem) => prove(form, problem)))
      keep(store, { ...draft, body: '' })
      end(form)
      conversation.goTo(comment.id, 'nearest')
      say(comment.status !== 'approved' ? 'sentHeld' : edit ? 'saved' : 'sent')
      conversation.emit('submitted', { comment })
    } catch (error) {
      fail(form, draft, conversation.report(error))
    }
  }

  /**
   * What the server refuses stays in its form; what may not have reached it waits in its place.
   * @param {Composer | Unsent} form
   * @param {Draft} draft
   * @param {import('../api.js').Problem} problem
   */
  const fail = (form, draft, problem) => {
    const { status } = problem
    const isLost = !draft.edit && (status > 499 || [0, 408, 429].includes(status))
    if (form.purpose && isLost) {
      end(form)
      form = shelve(draft)
      form.focus()
    } else if (form.purpose) keep(store, draft)
    form.fail(problem)
  }

  /** @param {Composer | Unsent} form whose words stand elsewhere now */
  const end = (form) => {
    form.done()
    if (form.purpose?.parent || form.purpose?.edits) close(form)
  }

  /**
   * Shows what was not sent in the place where it would stand.
   * @param {Draft} draft
   */
  const shelve = (draft) => {
    const view = /** @type {import('../views/thread.js').ThreadView} */ (conversation.view)
    /** @type {Unsent} */
    const unsent = unsentView(t, draft.body, {
      retry: () => send(unsent, draft),
      copied: () => say('copied'),
      discard: () => {
        keep(store, { ...draft, body: '' })
        unsent.done()
        conversation.focus()
      },
    })
    const place = view.entries.get(Number(draft.parent))?.article || view.node
    place.after(unsent.node)
    return unsent
  }
  return /** @type {const} */ ([send, shelve])
}
