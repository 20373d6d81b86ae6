import { renameSync, rmSync } from 'node:fs'
import { App } from 'aws-cdk-lib'
import { DEFAULT_CROSS_STACK_REFERENCES } from 'aws-cdk-lib/cx-api'
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { ApiStack } from './api-stack.ts'
import { DataStack } from './data-stack.ts'
import { DirectoryStack } from './directory-stack.ts'
import { EffectsStack } from './effects-stack.ts'
import type { Environment } from './environments.ts'
import { WebStack } from './web-stack.ts'

/**
 * Writes the cloud assembly of one environment, its templates and assets, to the folder `outdir`. The folder is replaced
 * once all is written, so that it is complete at any time. `bundles` has a folder for each function, and `pages` the built
 * `web/`.
 */
export function synthesize(
  environment: Environment,
  { bundles, pages, outdir }: { bundles: string; pages: string; outdir: string },
): void {
  const fresh = `${outdir}.new`
  rmSync(fresh, { recursive: true, force: true })
  const app = new App({
    outdir: fresh,
    // Without the CDK's command line, an app has only the feature flags that are passed here.
    // With strong references, CloudFormation refuses to replace a table that functions still use.
    context: { ...flags, [DEFAULT_CROSS_STACK_REFERENCES]: 'strong' },
    analyticsReporting: false,
    treeMetadata: false,
    stackTraces: false,
  })
  const name = `PartnerAccounts-${environment.name}`
  const { table, failures } = new DataStack(app, `${name}-Data`, environment)
  const { api } = new ApiStack(app, `${name}-Api`, { environment, bundles, table })
  new DirectoryStack(app, `${name}-Directory`, { environment, bundles, table })
  new EffectsStack(app, `${name}-Effects`, { environment, bundles, table, failures })
  new WebStack(app, `${name}-Web`, { environment, pages, api })
  app.synth()
  rmSync(outdir, { recursive: true, force: true })
  renameSync(fresh, outdir)
}
