import { request } from '../api.js'

const PATIENCE = 30_000

/**
 * Changes something on the comment server; the reading half is `Api`.
 * @param {import('../store.js').Store} store
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {string} [token] author token; without one, what says who is signed in
 * @returns {Promise<any>}
 * @throws {import('../api.js').Problem}
 */
export async function change({ api }, method, path, body, token) {
  token ||= await (await api.bearer)?.()
  return request(`${api.server}/api/v1/${path}`, {
    method,
    headers: {
      'Content-Type': 'application/json',
      ...(token && { Authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PATIENCE),
    credentials: 'omit',
  })
}
