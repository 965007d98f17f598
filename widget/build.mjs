// Builds widget/dist: embed.js, which shows a thread, and the files that it fetches: the writer's when
// somebody begins to write, questions.js where something is asked of who writes, and by way of that proof.js when work is asked,
// acts.js when a comment is to be reported or deleted, account.js when somebody signs in or is signed in; json-ld.js where a page asks for it; styles included. Fails where they outgrow their budgets.
// Beside them words.json: what the server sends in other languages.
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants } from 'node:zlib'
import { build, transform } from 'esbuild'
import { minify } from 'terser'
import { english, wordsFile } from './words.mjs'

const READER_BUDGET = 12 * 1024
const WHOLE_BUDGET = 16 * 1024
/** Of each file that is fetched for one thing. */
const SMALL_BUDGET = 1.5 * 1024
/** Of signing in: pop-ups, mailed codes, tokens of the page and of sessions; only who signs in has it fetched. */
const ACCOUNT_BUDGET = 3 * 1024
/**
 * Letters, one of which is left alone by terser, so that it spells all names another way: of 13 ways to
 * write the reader's file brotli makes between 12,000 and 12,080 bytes.
 */
const SPARED = [...'abcdefghijklm']
/**
 * Properties of our own with long names, shortened in both bundles: none is used as a name of the
 * browser's, in the API's JSON, among the words, or by host pages.
 */
const INNER =
  /^(article|changed|complain|control|edits|endOf|fetchWriter|goTo|isWhole|locale|ownTitle|pageName|partial|placeOf|purpose|putIn|revise|store|visitor)$/
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
 * In a file that is fetched later, what stands in the reader's file too is lent by that.
 * @type {import('esbuild').Plugin}
 */
const borrow = {
  name: 'borrow',
  setup(plugin) {
    const isLent = /^(\.\.\/.*|\.\/dom)\.js$/
    plugin.onResolve({ filter: isLent }, () => ({ path: 'kit', namespace: 'kit' }))
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

// All shorten names alike, as suits the reader's file. It knows the others, so those come first.
const { mangleCache: names } = await build({ ...common, ...readers('""', '""') })
const proof = await later('proof.js', './writer/proof.js', 'prove', names)
const account = await later('account.js', './writer/account.js', 'account', proof.names)
const acts = await later('acts.js', './writer/acts.js', 'acts', account.names)
const questions = await later('questions.js', './writer/questions.js', 'questions', acts.names, {
  ACCOUNT: nameOf(account),
  ACTS: nameOf(acts),
  PROOF: nameOf(proof),
})
const writers = { QUESTIONS: nameOf(questions) }
const writer = await later('writer.js', './writer/writer.js', 'writer', questions.names, writers)
const linked = await later('json-ld.js', './linked-data.js', 'describe', writer.names)
const reader = await make('embed.js', readers(nameOf(writer), nameOf(linked), linked.names))

const words = await wordsFile()
const made = [reader, writer, linked, proof, questions, acts, account]
const manifest = { version, files: made.map(({ described }) => described) }
// Each whole and in place of the old one: a server may be starting meanwhile.
/** @type {Record<string, string | Buffer>} */
const files = { 'words.json': words }
for (const { code, map, described } of made) {
  files[described.file] = code
  files[`${described.file}.map`] = map
}
files['manifest.json'] = `${JSON.stringify(manifest, null, 2)}\n`
await mkdir(dist, { recursive: true })
for (const [name, content] of Object.entries(files)) await put(name, content)
for (const name of await readdir(dist)) if (!(name in files)) await rm(join(dist, name))
const [reading, writing, linking, proving, asking, acting, signing] = manifest.files.map(
  ({ brotli }) => brotli,
)
check('reading', reading, READER_BUDGET)
check('reading and writing', reading + writing, WHOLE_BUDGET)
check('JSON-LD', linking, SMALL_BUDGET)
check('proof of work', proving, SMALL_BUDGET)
check('questions in the form', asking, SMALL_BUDGET)
check('reports and deletion', acting, SMALL_BUDGET)
check('signing in', signing, ACCOUNT_BUDGET)

/**
 * How the file that pages name is bundled.
 * @param {string} writer what it has to know of the writer's file, as source text
 * @param {string} linked and of the one for JSON-LD
 * @param {Record<string, string | false>} [names] shortened so far
 */
function readers(writer, linked, names = {}) {
  return {
    entryPoints: ['src/index.js'],
    outfile: 'embed.js',
    format: /** @type {const} */ ('iife'),
    mangleCache: names,
    define: { WRITER: writer, LINKED_DATA: linked },
    plugins: [cssAsText],
  }
}

/**
 * Makes a file that is fetched later: a module that takes the kit and gives what it is about.
 * @param {string} file
 * @param {string} module
 * @param {string} what it exports
 * @param {Record<string, string | false>} names shortened so far
 * @param {Record<string, string>} [define] what it has to know of others, as source text
 */
function later(file, module, what, names, define) {
  const contents = `import { lend } from './dom.js'
    import { ${what} } from '${module}'
    export default (kit) => { lend(kit); return ${what} }`
  const stdin = { contents, resolveDir: join(here, 'src'), sourcefile: file }
  const plugins = [cssAsText, borrow]
  return make(file, { stdin, format: 'esm', mangleCache: names, define, plugins })
}

/**
 * Makes a file. esbuild bundles, terser makes 3 % less of it, and of some spellings that say the same
 * the one is taken that brotli makes least of.
 * @param {string} file
 * @param {import('esbuild').BuildOptions} options
 */
async function make(file, options) {
  const { outputFiles, mangleCache } = await build({ ...common, ...options, outfile: file })
  const [content, script] = outputFiles.map(({ text }) => text)
  const module = options.format === 'esm'
  const compress = { passes: 3, ecma: 2020, hoist_funs: true }
  const shorter = await minify(script, { compress, mangle: false, module, sourceMap: { content } })
  const spell = (/** @type {string} */ spared, sourceMap = false) =>
    minify(shorter.code, { compress: false, mangle: { reserved: [spared] }, module, sourceMap })
  const sizes = SPARED.map(async (spared) => ({
    spared,
    bytes: brotliOf((await spell(spared)).code),
  }))
  const [best] = (await Promise.all(sizes)).sort((one, other) => one.bytes - other.bytes)
  const { code, map } = await spell(best.spared, { content: String(shorter.map) })
  const described = describe(file, Buffer.from(code))
  return { names: mangleCache, code, map: String(map), described }
}

/**
 * Puts a file into widget/dist: whoever reads there meanwhile finds the old one or the new, whole.
 * @param {string} name
 * @param {string | Buffer} content
 */
async function put(name, content) {
  const unfinished = join(dist, `.${name}.${process.pid}`)
  await writeFile(unfinished, content)
  await rename(unfinished, join(dist, name))
}

/**
 * What the reader's file has to know of another: its name, and how to tell that it is the right one.
 * @param {Awaited<ReturnType<typeof make>>} made
 */
function nameOf({ code, described }) {
  // Shorter than the integrity that a tag has, and as good.
  const sum = createHash('sha256').update(code).digest('base64')
  return JSON.stringify([described.name, `sha256-${sum}`])
}

/**
 * What a manifest says of a file.
 * @param {string} file
 * @param {Buffer} script
 */
function describe(file, script) {
  const hash = (/** @type {string} */ name, /** @type {'hex' | 'base64'} */ encoding) =>
    createHash(name).update(script).digest(encoding)
  const name = `${version}-${hash('sha256', 'hex').slice(0, 8)}.js`
  return {
    name,
    file,
    integrity: `sha384-${hash('sha384', 'base64')}`,
    bytes: script.length,
    brotli: brotliOf(script),
  }
}

/** @param {string | Buffer} script as the server sends it */
function brotliOf(script) {
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: script.length }
  return brotliCompressSync(script, { params }).length
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
