/**
 * What is wrong with a field, as far as the browser can tell; the server looks again.
 * @param {import('../types.js').Scene} scene
 * @param {import('../views/field.js').Control} control
 * @returns {string | false}
 */
export function complaint({ t, store }, control) {
  const { name } = control
  const text = control.value.trim()
  if (!text) return control.required && t('missing')
  const extra = [...text].length - (store.site?.max_length || Infinity)
  if (name === 'body' && extra > 0) return t('tooLong', { count: extra })
  if (name === 'website' && !/^[a-z]+:/i.test(text)) control.value = `https://${text}`
  return control.validity.typeMismatch && t(name === 'email' ? 'badEmail' : 'badWebsite')
}
