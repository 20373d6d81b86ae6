import { gzipSync } from 'node:zlib'
import { build, type Rolldown } from 'vite'

/** Compressed bytes of script and style that the first page may load. */
const most = 200_000

const { output } = (await build({ logLevel: 'warn', build: { write: false } })) as Rolldown.RolldownOutput
const size = (content: string | Uint8Array) => gzipSync(content, { level: 9 }).length
const sizes = new Map(
  output.map((file) => [file.fileName, size(file.type === 'chunk' ? file.code : file.source)]),
)
const chunks = new Map(output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file]] : [])))
const [entry] = [...chunks.values()].filter(({ isEntry }) => isEntry)
if (!entry) throw new Error('The pages have no entry')

/** A chunk and what it imports at once. */
const closure = (name: string): string[] => [name, ...(chunks.get(name)?.imports ?? []).flatMap(closure)]

// Of the languages a reader loads one: the biggest, at worst.
const byWeight = (one: string, other: string) => (sizes.get(other) ?? 0) - (sizes.get(one) ?? 0)
const [language = ''] = entry.dynamicImports.toSorted(byWeight)
const styles = output.map(({ fileName }) => fileName).filter((name) => name.endsWith('.css'))
const loaded = new Set([...closure(entry.fileName), language, ...styles])
const total = [...loaded].reduce((sum, name) => sum + (sizes.get(name) ?? 0), 0)

for (const name of loaded) console.log(`${String(sizes.get(name)).padStart(7)}  ${name}`)
console.log(`${String(total).padStart(7)}  bytes compressed (gzip) for the first page, of ${most} at most`)
if (total > most) process.exitCode = 1
