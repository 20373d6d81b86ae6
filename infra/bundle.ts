import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { build } from 'rolldown'

const environmentCredentials = join(import.meta.dirname, 'environment-credentials.ts')

/**
 * Bundles each function, `ENTRYDIR/NAME.ts`, into a folder of its own, `OUTDIR/NAME/index.cjs`.
 *
 * CommonJS, and credentials from the environment alone, because a cold start is a third shorter with them. No source
 * maps: Lambda reads them only when told to, and then at a cost for each cold start. Throws if one fails to build.
 */
export async function bundle(names: string[], entryDir: string, outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true })
  const left = [...names]
  // More at once than there are processors take half as much processor time again.
  const lanes = Array.from({ length: availableParallelism() }, async () => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      await build({
        input: join(entryDir, `${name}.ts`),
        platform: 'node',
        logLevel: 'warn',
        resolve: {
          mainFields: ['module', 'main'],
          alias: { '@aws-sdk/credential-provider-node': environmentCredentials },
        },
        output: {
          // Not index.js, which Node would take for an ES module wherever a package.json above says so.
          file: join(outDir, name, 'index.cjs'),
          format: 'cjs',
          exports: 'named',
          codeSplitting: false,
          minify: true,
        },
      })
    }
  })
  await Promise.all(lanes)
}
