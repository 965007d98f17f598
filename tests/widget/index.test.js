import assert from 'node:assert/strict'
import { test } from 'node:test'
import { page, requests, serve, until } from './browser.js'
import { comment, slice } from './builders.js'

page.happyDOM.settings.disableJavaScriptFileLoading = true
page.happyDOM.settings.handleDisabledFileLoadingAsSuccess = true

test('the tag puts the thread where it stands, with its data as attributes', async () => {
  serve(() => [200, slice([comment(1)])])
  document.body.innerHTML = '<main><p>Words</p></main><footer></footer>'
  const tag = document.createElement('script')
  tag.src = 'https://comments.example.org/talk/embed.js'
  tag.setAttribute('data-thread-id', 'river')
  tag.setAttribute('data-theme', 'dark')
  document.querySelector('main').append(tag)
  await import('../../widget/src/index.js')
  const thread = tag.nextElementSibling
  assert.equal(thread.localName, 'afterword-comments')
  assert.equal(thread.getAttribute('thread-id'), 'river')
  await until(() => thread.shadowRoot?.querySelector('article'))
  assert.ok(thread.shadowRoot.querySelector('.root.dark'))
  assert.ok(requests[0].url.href.startsWith('https://comments.example.org/talk/api/v1/thread?url='))
  thread.remove()
})

test('a second tag on the page is survived, and does not repeat the thread', async () => {
  document.querySelector('main').append(document.createElement('afterword-comments'))
  const before = customElements.get('afterword-comments')
  await import('../../widget/src/index.js?again')
  assert.equal(customElements.get('afterword-comments'), before)
  assert.equal(document.querySelectorAll('afterword-comments').length, 1)
  document.querySelector('afterword-comments').remove()
})

test('a tag in the head only defines the elements', async () => {
  document.head.append(document.querySelector('script'))
  await import('../../widget/src/index.js?head')
  assert.equal(document.querySelector('afterword-comments'), null)
})
