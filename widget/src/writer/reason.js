/**
 * Why something was not sent, as the second half of a sentence.
 * @param {import('../api.js').Problem} problem
 * @param {import('../types.js').Words} t
 * @returns {string}
 */
export function reasonOf({ code, status, message, retry_after }, t) {
  if (status === 429) return t('wait', { count: Math.ceil(retry_after || 30) })
  if (code === 'banned' || code === 'closed') return t(code)
  return status ? message : t('network')
}
