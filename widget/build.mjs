// Builds widget/dist/embed.js: one file, styles included. Fails where it outgrows its budget.
import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build, transform } from 'esbuild'

const BUDGET = 12 * 1024
/**
 * Properties of our own with long names, shortened in the bundle (90 bytes of brotli): none is used
 * as a name of the browser's, in the API's JSON, among the words, or by host pages.
 */
const INNER =
  /^(address|article|complain|control|edits|introduce|isWhole|locale|ownTitle|partial|retryAfter|revise|store|visitor)$/
const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')

const cssAsText = {
  name: 'css-as-text',
  /** @param {import('esbuild').PluginBuild} plugin */
  setup(plugin) {
    plugin.onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), {
        loader: 'css',
        minify: true,
      })
      // esbuild leaves the blanks in custom properties; nothing here is between quotes.
      return { contents: code.trim().replace(/([:,]) /g, '$1'), loader: 'text' }
    })
  },
}

const { outputFiles } = await build({
  absWorkingDir: here,
  entryPoints: ['src/index.js'],
  outfile: 'dist/embed.js',
  bundle: true,
  format: 'iife',
  minify: true,
  target: 'es2022',
  // Without "use strict": 20 bytes, and the type checker refuses what it would.
  tsconfigRaw: {},
  mangleProps: INNER,
  sourcemap: 'external',
  legalComments: 'none',
  plugins: [cssAsText],
  write: false,
})
const script = outputFiles.find(({ path }) => path.endsWith('.js')).contents
const brotli = brotliCompressSync(script, {
  params: {
    [constants.BROTLI_PARAM_QUALITY]: 11,
    [constants.BROTLI_PARAM_SIZE_HINT]: script.length,
  },
}).length
const hash = (/** @type {string} */ name, /** @type {'hex' | 'base64'} */ encoding) =>
  createHash(name).update(script).digest(encoding)
const init = await readFile(join(here, '../server/afterword/__init__.py'), 'utf8')

const manifest = {
  version: /__version__ = "([^"]+)"/.exec(init)[1],
  file: 'embed.js',
  sha256: hash('sha256', 'hex'),
  integrity: `sha384-${hash('sha384', 'base64')}`,
  bytes: script.length,
  brotli,
}

await mkdir(dist, { recursive: true })
for (const { path, contents } of outputFiles) await writeFile(path, contents)
await writeFile(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
console.log(`widget/dist/embed.js: ${script.length} bytes, ${brotli} with brotli (of ${BUDGET})`)
if (brotli > BUDGET) {
  console.error(`The widget is ${brotli - BUDGET} bytes over its budget.`)
  process.exitCode = 1
}
