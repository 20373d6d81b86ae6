import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { environments } from './environments.ts'
import { grants } from './grants.ts'

// node infra/app.ts [--if-changed] [ENVIRONMENT …] writes cdk.out/ENVIRONMENT, by default for all environments.
// --if-changed leaves out environments that were written from the present sources.

const root = join(import.meta.dirname, '..')
const bundles = join(root, 'cdk.out', 'functions')
const pages = join(root, 'cdk.out', 'web')

const [ifChanged, wanted] =
  process.argv[2] === '--if-changed' ? [true, process.argv.slice(3)] : [false, process.argv.slice(2)]
const unknown = wanted.filter((name) => !Object.hasOwn(environments, name))
if (unknown.length > 0) {
  console.error(
    `No such environment: ${unknown.join(', ')}. The environments are ${Object.keys(environments).join(', ')}.`,
  )
  process.exit(2)
}

const sources = fingerprint()
const chosen = Object.values(environments).filter(
  ({ name }) => (wanted.length === 0 || wanted.includes(name)) && !(ifChanged && isUpToDate(name)),
)
if (chosen.length > 0) await write()
const names = chosen.map(({ name }) => name).join(', ') || 'nothing: no source has changed'
console.log(`Wrote ${names} to cdk.out in ${(performance.now() / 1000).toFixed(1)} s`)

async function write(): Promise<void> {
  // Loading these takes a second.
  const [{ build }, { synthesize }, { bundle }] = await Promise.all([
    import('vite'),
    import('./assembly.ts'),
    import('./bundle.ts'),
  ])
  for (const { name } of chosen) rmSync(stamp(name), { force: true })
  await Promise.all([
    bundle(Object.keys(grants), join(root, 'functions'), bundles),
    build({ logLevel: 'warn', build: { outDir: pages, emptyOutDir: true } }),
  ])
  for (const environment of chosen) {
    synthesize(environment, { bundles, pages, outdir: join(root, 'cdk.out', environment.name) })
    writeFileSync(stamp(environment.name), sources)
  }
}

/** The file with the fingerprint of the sources of an assembly. It is written last. */
function stamp(name: string): string {
  return join(root, 'cdk.out', name, 'sources.sha256')
}

function isUpToDate(name: string): boolean {
  return existsSync(stamp(name)) && readFileSync(stamp(name), 'utf8') === sources
}

/** A hash of everything that an assembly is made from: sources, settings and versions. */
function fingerprint(): string {
  const files = ['client', 'functions', 'infra', 'shared', 'web'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((one) => one.isFile() && !/node_modules|screenshots|dist/.test(one.parentPath))
      .map(({ parentPath, name }) => join(parentPath, name)),
  )
  const settings = ['cdk.json', 'package-lock.json', 'package.json', 'tsconfig.json', 'vite.config.ts']
  const hash = createHash('sha256').update(process.version)
  for (const file of [...files.sort(), ...settings.map((name) => join(root, name))]) {
    hash.update(`\0${file}\0`).update(readFileSync(file))
  }
  return hash.digest('hex')
}
