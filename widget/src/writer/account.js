import { request } from '../api.js'
import { button, fill, h, put } from '../dom.js'
import { field } from '../views/field.js'
import { visitorToken } from './myself.js'
import { reasonOf } from './reason.js'

/** @typedef {import('../types.js').Scene} Scene */
/** @typedef {import('../messages.js').Key} Key */
/** @typedef {{verifier: string, url: (id: number) => string}} Attempt */

const SOON = 60_000
/** How long a page may take to give a new token. */
const PATIENCE = 5_000
/** How often it is seen whether a window is still there. */
const LOOK = 500
const WINDOW = 'popup,width=480,height=640'

/**
 * Who writes: signing in and out in each form, and the proof of it for every request. A file of its
 * own, because few sites ask, and few readers sign in.
 * @param {import('../conversation.js').Conversation} conversation
 * @param {Scene} scene
 * @param {Map<HTMLFormElement, HTMLElement>} places where each form says who writes
 * @param {typeof import('./notify.js').notifyIn} notifyIn
 */
export function account(conversation, scene, places, notifyIn) {
  const { store, t, visitor } = scene
  const { server } = store.api
  const ways = /** @type {NonNullable<import('../types.js').Site['sign_in']>} */ (
    store.site?.sign_in
  )
  const root = /** @type {ShadowRoot} */ (conversation.node.getRootNode())
  const host = /** @type {any} */ (root.host)
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
   * @param {string} [token]
   */
  const post = (path, body, token) =>
    request(`${server}/api/v1/${path}`, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(token && { Authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
      credentials: 'omit',
    })

  const here = () => {
    const { url, site } = store.address
    return { url: url || location.href, site: site || null }
  }

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
   * Says something in a place, instead of what was said there before.
   * @param {HTMLElement} place
   * @param {...import('../dom.js').Child} words
   */
  const note = (place, ...words) => {
    place.querySelector('[role=status]')?.remove()
    if (words.length) put(place, [h('p', { class: 'error', role: 'status' }, words)])
  }

  /**
   * @param {HTMLElement} place
   * @param {unknown} error
   */
  const report = (place, error) =>
    note(place, t('notDone', { reason: reasonOf(conversation.report(error), t) }))

  /**
   * What a browser would not open, as a link.
   * @param {HTMLElement} place
   * @param {Record<string, string>} props
   * @param {string} label
   */
  const offer = (place, props, label) => {
    const link = h('a', { target: '_blank', ...props }, label)
    note(place, t('popUpBlocked'), ' ', link)
    link.focus()
  }

  /**
   * @param {HTMLElement} place
   * @param {number} id
   * @param {string} label
   */
  const popUp = (place, id, label) => {
    const href = attempt?.url(id) || ''
    isOpen = true
    note(place)
    const opened = globalThis.open(href, '_blank', WINDOW)
    if (!opened) return offer(place, { href, rel: 'opener' }, label)
    let looks = 0
    // Its last word may come after it is seen to be gone, and is heard however late it comes.
    const timer = setInterval(() => {
      if (isOpen && !(opened.closed && looks++)) return
      clearInterval(timer)
      if (isOpen) note(place, t('windowClosed'))
    }, LOOK)
  }

  addEventListener('message', async ({ data, origin }) => {
    if (!isOpen || origin !== new URL(server).origin || data?.afterword !== 'signed-in') return
    isOpen = false
    const verifier = attempt?.verifier
    await prepare()
    if (!data.code) return draw()
    post('sign-in', { code: data.code, verifier }).then(
      ({ reader_token, name }) => remember({ token: reader_token, name }),
      (error) => {
        for (const place of places.values()) report(place, error)
      },
    )
  })

  /**
   * An address, and then the code that it gets.
   * @param {HTMLElement} place
   */
  const mail = (place) => {
    /** @type {HTMLInputElement | null | undefined} */
    const typed = place.closest('form')?.querySelector('[name=email]')
    const email = field(scene, 'email', typed?.value || visitor.me.email)
    email.control.required = true
    email.control.name = ''
    /** @param {Key} word @param {HTMLElement} node @param {() => Promise<unknown>} done */
    const step = (word, node, done) => {
      const send = () => {
        note(place)
        done().catch((error) => report(place, error))
      }
      const go = button(t(word), 'do', send)
      // Enter here is no comment.
      node.addEventListener('keydown', (event) => {
        if (event.key !== 'Enter') return
        event.preventDefault()
        event.stopPropagation()
        send()
      })
      fill(
        place,
        node,
        h(
          'p',
          'actions',
          go,
          button(t('cancel'), 'do', () => draw(place)),
        ),
      )
      node.querySelector('input')?.focus()
    }
    step('mailCode', email.node, async () => {
      if (!email.control.checkValidity()) {
        email.complain(t('badEmail'))
        return email.control.focus()
      }
      const token = { visitor_token: visitorToken(visitor), lang: conversation.node.lang }
      const { ticket } = await post('readers', { ...here(), email: email.control.value, ...token })
      const props = {
        class: 'input',
        autocomplete: 'one-time-code',
        id: `${email.control.id}-code`,
      }
      const code = h('input', props)
      code.inputMode = 'numeric'
      const label = h('label', { for: props.id }, t('mailedCode'))
      step('signIn', h('div', 'field', label, code), () =>
        post('readers/confirm', { ticket, code: code.value.trim() }).then(
          ({ reader_token, name }) => remember({ token: reader_token, name, mails: true }),
          (problem) => {
            const isOver = problem.code === 'code_ended'
            if (!isOver && problem.status !== 422) throw problem
            if (isOver) mail(place)
            note(place, t(isOver ? 'codeEnded' : 'codeWrong'))
            if (!isOver) code.select()
          },
        ),
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

  /**
   * The window is opened at the click, and led to the page when its address is there: it is good once.
   * @param {HTMLElement} place
   */
  const ownPage = async (place) => {
    const opened = globalThis.open('', '_blank')
    if (opened) opened.opener = null
    try {
      const { url } = await post('readers/own-page', here(), await bearer())
      if (opened) opened.location.href = url
      else offer(place, { href: url, rel: 'noopener' }, t('myPage'))
    } catch (error) {
      opened?.close()
      report(place, error)
    }
  }

  /** @param {HTMLElement} place */
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

  /**
   * @param {HTMLElement} place
   * @param {string | undefined} name
   * @param {boolean} mails
   */
  const known = (place, name, mails) => {
    const page = t('myPage')
    const props = { href: `${server}/me`, target: '_blank', rel: 'noopener' }
    return h(
      'p',
      'actions',
      name && h('span', null, t('signedInAs', { name })),
      mails ? h('a', props, page) : button(page, 'do', () => ownPage(place)),
      !user() && button(t('signOut'), 'do', out),
    )
  }

  /** @param {HTMLElement} [only] one place */
  const draw = (only) => {
    const name = claimsOf(user()).name || session()?.name
    const isKnown = !!(user() || session())
    const mails = !user() && !!session()?.mails
    for (const [form, place] of places) {
      if (only && only !== place) continue
      const had = place.contains(root.activeElement)
      fill(place, isKnown ? known(place, name, mails) : choices(place))
      if (had) focusIn(isKnown ? form : place)
      clear(form, ways.guests === false && !isKnown, isKnown && !!name, isKnown, mails)
      if (mails || form.querySelector('select')) notifyIn(form, scene, mails)
    }
  }

  /**
   * Asks in a form for what is not known of its writer.
   * @param {HTMLFormElement} form
   * @param {boolean} isShut nobody may write here yet
   * @param {boolean} hasName
   * @param {boolean} isKnown
   * @param {boolean} mails by an address that was confirmed
   */
  const clear = (form, isShut, hasName, isKnown, mails) => {
    const shown = (/** @type {string} */ selector) =>
      /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll(selector))
    const rules = store.site?.fields
    for (const each of shown('.row input')) {
      const name = /** @type {'name' | 'email' | 'website'} */ (each.name)
      const rule = rules?.[name]
      // What the site's own sign-in did not say it does not ask for.
      const needed = rule === 'required' && !(isKnown && !mails)
      each.disabled = name === 'email' ? mails : hasName && !(needed && name === 'website')
      each.required = needed && !each.disabled
      const box = each.closest('.field')
      if (box) /** @type {HTMLElement} */ (box).hidden = each.disabled
      box?.querySelector('label span')?.toggleAttribute('hidden', !each.required)
    }
    for (const each of shown('.below ~ .quiet, .row'))
      each.hidden = isShut || !form.querySelector('.row .field:not([hidden])')
    for (const each of shown('.remember')) each.hidden = isShut || hasName
    for (const each of shown('.send .primary')) each.hidden = isShut
  }

  host.addEventListener('afterword:error', (/** @type {CustomEvent} */ { detail }) => {
    if (detail.code === 'reader_ended') remember(undefined)
    if (/^user_/.test(detail.code)) ask().then(() => draw())
  })
  new MutationObserver(() => draw()).observe(host, { attributeFilter: ['user'] })
  prepare()
  return {
    bearer,
    draw,
    /** @param {HTMLElement} [place] where somebody wants to sign in */
    begin(place) {
      draw()
      if (place && ways.codes && !ways.providers) mail(place)
    },
  }
}

/** @param {HTMLElement} node */
const focusIn = (node) =>
  /** @type {HTMLElement | null} */ (node.querySelector('textarea, button'))?.focus()

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
