// Builds widget/dist: embed.js, which shows a thread, and the writer's file, which it fetches when
// somebody begins to write; styles included. Fails where they outgrow their budgets.
// Beside them words.json: what the server sends in other languages.
import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build, transform } from 'esbuild'
import { english, wordsFile } from './words.mjs'

const READER_BUDGET = 12 * 1024
const WHOLE_BUDGET = 16 * 1024
/**
 * Properties of our own with long names, shortened in both bundles: none is used as a name of the
 * browser's, in the API's JSON, among the words, or by host pages.
 */
const INNER =
  /^(addOwn|article|changed|complain|control|edits|endOf|fetchWriter|goTo|isWhole|locale|ownTitle|pageName|partial|placeOf|purpose|retryAfter|revise|store|visitor|wishes)$/
const clash = Object.keys(english).find((key) => INNER.test(key))
if (clash) throw new Error(`"${clash}" is a word: its name cannot be shortened.`)
const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
const init = await readFile(join(here, '../server/afterword/__init__.py'), 'utf8')
const version = /__version__ = "([^"]+)"/.exec(init)[1]

/** @type {import('esbuild').Plugin} */
const cssAsText = {
  name: 'css-as-text',
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

/**
 * In the writer's bundle, what it imports from outside of its folder is lent by the reader's file.
 * @type {import('esbuild').Plugin}
 */
const borrow = {
  name: 'borrow',
  setup(plugin) {
    plugin.onResolve({ filter: /^\.\.\/.*\.js$/ }, () => ({ path: 'kit', namespace: 'kit' }))
    plugin.onLoad({ filter: /./, namespace: 'kit' }, async () => {
      const kit = await readFile(join(here, 'src/kit.js'), 'utf8')
      const names = /export const kit = \[([^\]]*)\]/.exec(kit)[1]
      return { contents: `export let ${names}\nexport const lend = (kit) => { [${names}] = kit }` }
    })
  },
}

const common = {
  absWorkingDir: here,
  bundle: true,
  minify: true,
  target: 'es2022',
  // Without "use strict": 20 bytes, and the type checker refuses what it would.
  tsconfigRaw: {},
  mangleProps: INNER,
  sourcemap: 'external',
  legalComments: 'none',
  write: false,
}

// The reader's file names the writer's, so that one comes first; both shorten names alike.
const writer = await build({
  ...common,
  stdin: {
    contents: `import { lend } from '../kit.js'
      import { writer } from './writer.js'
      export default (kit) => { lend(kit); return writer }`,
    resolveDir: join(here, 'src/writer'),
    sourcefile: 'writer',
  },
  outfile: 'dist/writer.js',
  format: 'esm',
  mangleCache: {},
  plugins: [cssAsText, borrow],
})
const writerFile = describe('writer.js', writer.outputFiles)
const reader = await build({
  ...common,
  entryPoints: ['src/index.js'],
  outfile: 'dist/embed.js',
  format: 'iife',
  mangleCache: writer.mangleCache,
  define: { WRITER: JSON.stringify(writerFile.name) },
  plugins: [cssAsText],
})
const readerFile = describe('embed.js', reader.outputFiles)

await rm(dist, { recursive: true, force: true })
await mkdir(dist, { recursive: true })
for (const { path, contents } of [...writer.outputFiles, ...reader.outputFiles]) {
  await writeFile(path, contents)
}
const manifest = { version, files: [readerFile, writerFile] }
await writeFile(join(dist, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
await writeFile(join(dist, 'words.json'), await wordsFile())
check('reading', readerFile.brotli, READER_BUDGET)
check('reading and writing', readerFile.brotli + writerFile.brotli, WHOLE_BUDGET)

/**
 * What a manifest says of a file.
 * @param {string} file
 * @param {import('esbuild').OutputFile[]} outputFiles
 */
function describe(file, outputFiles) {
  const script = outputFiles.find(({ path }) => path.endsWith('.js')).contents
  const brotli = brotliCompressSync(script, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 11,
      [constants.BROTLI_PARAM_SIZE_HINT]: script.length,
    },
  }).length
  const hash = (/** @type {string} */ name, /** @type {'hex' | 'base64'} */ encoding) =>
    createHash(name).update(script).digest(encoding)
  const name = `${version}-${hash('sha256', 'hex').slice(0, 8)}.js`
  return {
    name,
    file,
    integrity: `sha384-${hash('sha384', 'base64')}`,
    bytes: script.length,
    brotli,
  }
}

/**
 * @param {string} what
 * @param {number} bytes
 * @param {number} budget
 */
function check(what, bytes, budget) {
  console.log(`widget, ${what}: ${bytes} bytes with brotli (of ${budget})`)
  if (bytes <= budget) return
  console.error(`The widget is ${bytes - budget} bytes over its budget for ${what}.`)
  process.exitCode = 1
}
