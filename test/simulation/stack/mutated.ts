import { cpSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from '../../../infra/bundle.ts'
import { readAssembly } from '../../../local/template/assembly.ts'
import { ofType, resolveResources } from '../../../local/template/resources.ts'
import type { Edit } from '../mutants.ts'

const root = join(import.meta.dirname, '../../..')

/**
 * Makes a copy of a synthesized assembly in which some functions are built from edited sources. Throws where an edit's place
 * is not there.
 *
 * @param folder an empty one, for all of this
 * @param functions those to be built anew, by name
 * @returns the copy's folder
 */
export async function mutated(
  assembly: string,
  { folder, edits, functions }: { folder: string; edits: readonly Edit[]; functions: string[] },
): Promise<string> {
  for (const name of ['functions', 'shared', 'package.json'])
    cpSync(join(root, name), join(folder, name), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, from, to } of edits) {
    const source = readFileSync(join(folder, file), 'utf8')
    if (source.split(from).length !== 2) throw new Error(`${file} does not have once: ${from}`)
    writeFileSync(
      join(folder, file),
      source.replace(from, () => to),
    )
  }
  const bundles = join(folder, 'bundles')
  await bundle(functions, join(folder, 'functions'), bundles)
  const copy = join(folder, 'assembly')
  cpSync(assembly, copy, { recursive: true })
  for (const name of functions) cpSync(join(bundles, name), assetOf(copy, name), { recursive: true })
  return copy
}

function assetOf(assembly: string, name: string): string {
  const read = readAssembly(assembly)
  const target = ofType(
    resolveResources(read, (name) => `http://${name}`),
    'AWS::Lambda::Function',
  ).find(({ ref }) => ref.endsWith(`-${name}`))
  const { S3Key = '' } = (target?.properties.Code ?? {}) as { S3Key?: string }
  const folder = read.assets.get(S3Key.replace(/\.zip$/, ''))
  if (!folder?.startsWith(assembly)) throw new Error(`${assembly} has no bundle of ${name} of its own`)
  return folder
}
