// The smallest script that shows the same comments: no form, no dates in words, no words at all.
const place = document.getElementById('comments')
const build = (node) => {
  if (typeof node === 'string') return document.createTextNode(node)
  const [tag, ...rest] = node
  const element = document.createElement(tag)
  if (rest[0] && typeof rest[0] === 'object' && !Array.isArray(rest[0])) {
    const attributes = rest.shift()
    if (attributes.href) element.href = attributes.href
  }
  element.append(...rest.map(build))
  return element
}
fetch(place.dataset.thread)
  .then((answer) => answer.json())
  .then((thread) => {
    const list = document.createDocumentFragment()
    for (const comment of thread.comments) {
      const article = document.createElement('article')
      article.append(`${comment.author.name} ${new Date(comment.created_at).toISOString()}`)
      article.append(...comment.body.map(build))
      list.append(article)
    }
    place.append(list)
  })
