// Answers of the API with sensible defaults; a test names only what it is about.

import { english } from '../../widget/words.mjs'

export const SITE = {
  name: 'Field notes',
  fields: { name: 'required', email: 'required', website: 'optional' },
  max_length: 1000,
  edit_window: 900,
  images: false,
  votes: 'up',
}

export const PAGE = {
  id: 1,
  url: 'https://blog.example.org/river',
  title: 'The river',
  closed: false,
  reactions: [],
}

export function comment(id, more = {}) {
  return {
    id,
    parent_id: null,
    root_id: null,
    depth: 0,
    status: 'approved',
    author: { name: `Reader ${id}`, website: null, staff: false, hue: 30 },
    created_at: Date.UTC(2026, 0, 1),
    edited_at: null,
    body: [['p', `Words of ${id}`]],
    up: 0,
    down: 0,
    reply_count: 0,
    more: null,
    ...more,
  }
}

export function reply(id, parent, more = {}) {
  const root = parent.root_id ?? parent.id
  return comment(id, { parent_id: parent.id, root_id: root, depth: parent.depth + 1, ...more })
}

export function slice(comments = [], more = {}) {
  return {
    site: SITE,
    page: PAGE,
    count: comments.length,
    sort: 'oldest',
    comments,
    next: null,
    version: 1,
    words: english,
    lang: null,
    ...more,
  }
}
