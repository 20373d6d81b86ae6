import { join } from 'node:path'
import { build } from 'vite'
import { synthesize } from './assembly.ts'
import { bundle } from './bundle.ts'
import { environments } from './environments.ts'
import { grants } from './grants.ts'

// node infra/app.ts [ENVIRONMENT …] writes cdk.out/ENVIRONMENT; all of them if none is named.

const root = join(import.meta.dirname, '..')
const bundles = join(root, 'cdk.out', 'functions')
const pages = join(root, 'cdk.out', 'web')

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !Object.hasOwn(environments, name))
if (unknown.length > 0) {
  console.error(
    `No such environment: ${unknown.join(', ')}. There are ${Object.keys(environments).join(', ')}.`,
  )
  process.exit(2)
}

await Promise.all([
  bundle(Object.keys(grants), join(root, 'functions'), bundles),
  build({ logLevel: 'warn', build: { outDir: pages, emptyOutDir: true } }),
])
const chosen = Object.values(environments).filter(({ name }) => wanted.length === 0 || wanted.includes(name))
for (const environment of chosen)
  synthesize(environment, bundles, pages, join(root, 'cdk.out', environment.name))
console.log(
  `cdk.out has ${chosen.map(({ name }) => name).join(', ')}, in ${(performance.now() / 1000).toFixed(1)} s`,
)
