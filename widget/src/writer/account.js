import { request } from '../api.js'
import { button, fill, h, put } from '../dom.js'
import { field } from '../views/field.js'
import { visitorToken } from './myself.js'
import { reasonOf } from './reason.js'

/** @typedef {import('../types.js').Scene} Scene */
/** @typedef {{verifier: string, url: (id: number) => string}} Attempt */

const SOON = 60_000
/** How long a page may take to give a new token. */
const PATIENCE = 5_000
const WINDOW = 'popup,width=480,height=640'

/**
 * Who writes, for the sites that want to know: signing in and out in each form, and the proof of it for
 * every request. A file of its own, because few sites ask.
 * @param {import('../conversation.js').Conversation} conversation
 * @param {Scene} scene
 * @returns {() => Promise<string | undefined>} what a request says of whoever is there
 */
export function account(conversation, scene) {
  const { store, t, visitor } = scene
  const { server } = store.api
  const ways = /** @type {NonNullable<import('../types.js').Site['sign_in']>} */ (
    store.site?.sign_in
  )
  const host = /** @type {any} */ (/** @type {ShadowRoot} */ (conversation.node.getRootNode()).host)
  /** Forms by the place where they say who writes. @type {Map<Element, HTMLElement>} */
  const places = new Map()
  /** @type {Attempt | undefined} */
  let attempt
  let isOpen = false

  const user = () => (ways.users && (host.user || host.getAttribute('user'))) || ''
  const session = () => visitor.read().reader

  /** @param {import('../visitor.js').Memory['reader']} reader */
  const remember = (reader) => {
    visitor.change((memory) => {
      memory.reader = reader
    })
    draw()
    conversation.say(reader ? t('signedInAs', { name: reader.name }) : t('signIn'))
  }

  /** Has the page give a new token of its user, and waits for it a while. */
  const ask = async () => {
    const before = user()
    conversation.emit('user-needed', {})
    for (const end = Date.now() + PATIENCE; user() === before && Date.now() < end; )
      await new Promise((done) => setTimeout(done, 50))
  }

  const bearer = async () => {
    const { exp } = claimsOf(user())
    if (exp * 1000 < Date.now() + SOON) await ask()
    return user() || session()?.token
  }

  /**
   * @param {string} path
   * @param {object} body
   */
  const post = (path, body) =>
    request(`${server}/api/v1/${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
      credentials: 'omit',
    })

  /** @param {any} known what the server says of who has signed in */
  const arrive = ({ reader_token, name }) => remember({ token: reader_token, name })

  /** Prepared before anybody asks, because a window may be opened at the click alone. */
  const prepare = async () => {
    if (!ways.providers || !crypto.subtle) return
    const verifier = base64(crypto.getRandomValues(new Uint8Array(32)))
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))
    const asked = { origin: location.origin, challenge: base64(new Uint8Array(hash)) }
    const query = new URLSearchParams({ ...asked, lang: conversation.node.lang })
    attempt = { verifier, url: (id) => `${server}/sign-in/${id}?${query}` }
    draw()
  }

  /**
   * @param {Element} place
   * @param {number} id
   * @param {string} label
   */
  const popUp = (place, id, label) => {
    const href = attempt?.url(id) || ''
    isOpen = true
    if (globalThis.open(href, '_blank', WINDOW)) return
    const link = h('a', { href, target: '_blank', rel: 'opener' }, label)
    fill(place, h('p', { role: 'status' }, t('popUpBlocked'), ' ', link))
    link.focus()
  }

  addEventListener('message', async ({ data, origin }) => {
    if (!isOpen || origin !== new URL(server).origin || data?.afterword !== 'signed-in') return
    isOpen = false
    const verifier = attempt?.verifier
    await prepare()
    if (data.code) await post('sign-in', { code: data.code, verifier }).then(arrive, report)
    else draw()
  })

  /** @param {unknown} error */
  const report = (error) => {
    const reason = reasonOf(conversation.report(error), t)
    for (const place of places.values())
      put(place, [h('p', { class: 'error', role: 'status' }, t('notDone', { reason }))])
  }

  /**
   * An address, and then the code that it gets.
   * @param {Element} place
   */
  const mail = (place) => {
    /** @type {HTMLInputElement | null | undefined} */
    const typed = place.closest('form')?.querySelector('[name=email]')
    const email = field(scene, 'email', typed?.value || visitor.me.email)
    email.control.required = true
    email.control.name = ''
    /** @param {string} word @param {HTMLElement} node @param {() => Promise<unknown>} done */
    const step = (word, node, done) => {
      const send = () => done().catch(report)
      const go = button(t(/** @type {any} */ (word)), 'do', send)
      // Enter here is no comment.
      node.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        event.stopPropagation()
        send()
      })
      fill(place, node, h('p', 'actions', go, button(t('cancel'), 'do', draw)))
      node.querySelector('input')?.focus()
    }
    step('mailCode', email.node, async () => {
      if (!email.control.checkValidity()) return email.complain(t('badEmail'))
      const { url, site } = store.address
      const asked = { url: url || location.href, site: site || null, email: email.control.value }
      const token = { visitor_token: visitorToken(visitor), lang: conversation.node.lang }
      const { ticket } = await post('readers', { ...asked, ...token })
      const props = {
        class: 'input',
        autocomplete: 'one-time-code',
        id: `${email.control.id}-code`,
      }
      const code = h('input', props)
      code.inputMode = 'numeric'
      const label = h('label', { for: props.id }, t('mailedCode'))
      step('signIn', h('div', 'field', label, code), async () =>
        arrive(await post('readers/confirm', { ticket, code: code.value.trim() })),
      )
    })
  }

  const out = async () => {
    const token = session()?.token
    remember(undefined)
    const headers = { Authorization: `Bearer ${token}` }
    const init = { method: 'DELETE', headers, credentials: /** @type {const} */ ('omit') }
    await fetch(`${server}/api/v1/readers/session`, init).catch(() => {})
  }

  /** @param {Element} place */
  const choices = (place) => [
    ways.guests === false && h('p', null, t('signInFirst')),
    h(
      'p',
      'actions',
      attempt &&
        ways.providers?.map(({ id, name }) => {
          const label = t('signInWith', { name })
          return button(label, 'do', () => popUp(place, id, label), { class: 'primary' })
        }),
      ways.codes && button(t('mailCode'), 'do', () => mail(place)),
    ),
  ]

  const draw = () => {
    const name = claimsOf(user()).name || session()?.name
    const isKnown = !!(user() || session())
    for (const [form, place] of places) {
      const leave = !user() && button(t('signOut'), 'do', out)
      const known = h('p', 'actions', name && t('signedInAs', { name }), leave)
      fill(place, isKnown ? known : choices(place))
      const isShut = ways.guests === false && !isKnown
      const shown = (/** @type {string} */ selector) =>
        /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(selector))
      for (const each of shown('.below ~ .quiet, .row, .remember'))
        each.hidden = isShut || (isKnown && !!name)
      for (const each of shown('.row input')) {
        each.disabled = isKnown && !!name
        const rule = store.site?.fields[/** @type {'name'} */ (each.name)]
        each.required = !each.disabled && rule === 'required'
      }
      for (const each of shown('.send .primary')) each.hidden = isShut
    }
  }

  const dress = () => {
    for (const form of conversation.node.querySelectorAll('form')) {
      const tools = form.querySelector('.below')
      if (places.has(form) || !tools || !form.querySelector('.below + .quiet')) continue
      const place = h('div', { class: 'account', role: 'group', 'aria-label': t('signIn') })
      tools.after(place)
      places.set(form, place)
      draw()
    }
  }
  // A form has the focus as soon as it is there, or a moment before it is whole.
  conversation.node.addEventListener('focusin', () => setTimeout(dress))
  host.addEventListener('afterword:error', (/** @type {CustomEvent} */ { detail }) => {
    if (detail.code === 'reader_ended') remember(undefined)
    if (/^user_/.test(detail.code)) ask().then(draw)
  })
  new MutationObserver(draw).observe(host, { attributeFilter: ['user'] })
  setTimeout(dress)
  prepare()
  return bearer
}

/** @param {Uint8Array} bytes */
const base64 = (bytes) =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

/**
 * What a token says, to be shown; whether it is true is for the server.
 * @param {string} token
 * @returns {any}
 */
function claimsOf(token) {
  try {
    const text = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'))
    const bytes = Uint8Array.from(text, (char) => char.charCodeAt(0))
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch {
    return {}
  }
}
