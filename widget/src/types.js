// The shapes that travel between the modules; nothing here reaches the bundle.

/** @typedef {string | [string, ...unknown[]]} TreeNode A node of a body: text, or [tag, {attrs}?, ...children]. */

/**
 * A comment as the public API sends it (`source` only to its author).
 * @typedef {object} Comment
 * @property {number} id
 * @property {number | null} parent_id
 * @property {number | null} root_id
 * @property {number} depth
 * @property {'approved' | 'pending' | 'spam' | 'removed'} status
 * @property {{name: string, website: string | null, staff: boolean, hue: number,
 *   verified?: boolean, role?: string, avatar?: string} | null} author
 * @property {number} created_at
 * @property {number | null} edited_at
 * @property {TreeNode[]} body
 * @property {number} up
 * @property {number} down
 * @property {number} reply_count
 * @property {{count: number, after: string} | null} more
 * @property {boolean} [pinned] stands before all others
 * @property {boolean} [staff_replied]
 * @property {string} [source]
 */

/** @typedef {'required' | 'optional' | 'hidden'} FieldRule */

/**
 * @typedef {object} Site
 * @property {string} name
 * @property {{name: FieldRule, email: FieldRule, website: FieldRule}} fields
 * @property {number} max_length
 * @property {number} edit_window
 * @property {boolean} images
 * @property {'off' | 'up' | 'both'} votes
 * @property {{guests?: boolean, codes?: boolean, users?: boolean, providers?: {id: number, name: string}[]} | null} [sign_in]
 */

/**
 * @typedef {object} Page
 * @property {number | null} id
 * @property {string} url
 * @property {string | null} title
 * @property {boolean} closed
 * @property {{reaction: string, count: number}[]} reactions
 * @property {TreeNode[]} [note] what the moderators want everybody to see first
 */

/**
 * The answer of GET /api/v1/thread.
 * @typedef {object} Slice
 * @property {Site} site
 * @property {Page} page
 * @property {number} count
 * @property {string} sort
 * @property {Comment[]} comments
 * @property {string | null} next
 * @property {number} version
 * @property {Record<string, import('./messages.js').Word> | null} [words] with the first slice
 * @property {string | null} [lang] of the words, where they are not English
 */

/**
 * What the page says about itself; the server alone decides which thread that is.
 * @typedef {object} Address
 * @property {string | undefined} url
 * @property {string | undefined} canonical
 * @property {string | undefined} id
 * @property {string | undefined} site
 * @property {string | undefined} sort
 * @property {string | undefined} lang not for English
 * @property {string | undefined} title
 * @property {string | undefined} ownTitle the owner's
 * @property {string | undefined} live `off`: hear nothing of what others write meanwhile
 * @property {string | undefined} visits `off`: do not remember when the page was read
 */

/**
 * Name and contact, as far as a site asks for them.
 * @typedef {object} Me
 * @property {string} [name]
 * @property {string} [email]
 * @property {string} [website]
 * @property {string} [trap] what no person fills in
 * @property {string} [notify] of what to be told by mail: `replies`, `thread` or nothing
 * @property {boolean} remember
 */

/**
 * What somebody has typed into a form, and for what.
 * @typedef {object} Draft
 * @property {string} page its name, see Store.pageName
 * @property {number} at ms UTC
 * @property {string} body
 * @property {Me} [me] where it is to be sent
 * @property {number | null} parent
 * @property {number} [edit] id of the comment whose words it changes
 * @property {string} client_id
 * @property {number} [seconds] since its form was begun
 * @property {boolean} [unsent] it was to be sent, and perhaps did not arrive
 */

/**
 * What this browser knows of a comment of its own.
 * @typedef {object} Own
 * @property {number | string} page its id, or its address where it had none yet
 * @property {string} token
 * @property {number} expires
 * @property {string} source
 * @property {Comment} [held]
 */

/** @typedef {import('./messages.js').Words} Words */

/**
 * What every view may ask for; views read it and change nothing.
 * @typedef {object} Scene
 * @property {Words} t
 * @property {string} locale
 * @property {Address} address
 * @property {import('./store.js').Store} store
 * @property {import('./visitor.js').Visitor} visitor
 * @property {() => Promise<typeof import('./writer/writer.js').writer>} fetchWriter
 * @property {(file: LaterFile) => Promise<any>} fetchFile
 */

export {}
