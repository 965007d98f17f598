// Lets Node load the widget's sources as esbuild does: a style sheet is its text, JSON is its value.
// Use: node --import ./tests/widget/loader.mjs --test …
import { readFile } from 'node:fs/promises'
import { register } from 'node:module'
import { isMainThread } from 'node:worker_threads'

if (isMainThread) register(import.meta.url)

/** @type {import('node:module').LoadHook} */
export async function load(url, context, nextLoad) {
  if (!/\.(css|json)$/.test(url)) return nextLoad(url, context)
  const text = await readFile(new URL(url), 'utf8')
  const value = url.endsWith('.css') ? JSON.stringify(text) : text
  return { format: 'module', shortCircuit: true, source: `export default ${value}` }
}
