import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { mutants, smallPages } from '../simulation/mutants.ts'

const root = join(import.meta.dirname, '../..')
const variants = [...mutants, { name: 'pages of two', edits: [smallPages] }]

// Otherwise a change of a source is noticed only where the simulation builds the variant, and most are built by `npm run simulate` alone.
it.each(variants)('what the broken variant "$name" edits is in the source once', ({ edits }) => {
  const sources = new Map<string, string>()
  for (const { file, from, to } of edits) {
    const source = sources.get(file) ?? readFileSync(join(root, file), 'utf8')
    expect(source.split(from), `${file}: ${from}`).toHaveLength(2)
    sources.set(
      file,
      source.replace(from, () => to),
    )
  }
})
