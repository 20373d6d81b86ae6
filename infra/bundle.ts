import { rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { build } from 'rolldown'

const environmentCredentials = join(import.meta.dirname, 'environment-credentials.ts')

/**
 * Bundles each function, `ENTRYDIR/NAME.ts`, into a folder of its own, `OUTDIR/NAME/index.cjs`. CommonJS, and
 * credentials from the environment only, make a cold start a third shorter. Source maps would make it longer.
 */
export async function bundle(names: string[], entryDir: string, outDir: string): Promise<void> {
  rmSync(outDir, { recursive: true, force: true })
  const queue = [...names]
  // Building more at once than there are processors takes half as much processor time again.
  const lanes = Array.from({ length: availableParallelism() }, async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      await build({
        input: join(entryDir, `${name}.ts`),
        platform: 'node',
        logLevel: 'warn',
        // A function needs the contract of its action, without the documentation beside it and the schemas of answers in it.
        treeshake: {
          // These names match calls in all code, packages included, so they must be unlike any other.
          manualPureFunctions: ['describeAction', 'jsonAnswer', 'pageAnswer', 'emptyAnswer'],
          moduleSideEffects: [{ test: /[\\/]shared[\\/]contract[\\/]/, sideEffects: false }],
        },
        resolve: {
          mainFields: ['module', 'main'],
          alias: { '@aws-sdk/credential-provider-node': environmentCredentials },
        },
        output: {
          // Node would load index.js as an ES module under a package.json with that type.
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
