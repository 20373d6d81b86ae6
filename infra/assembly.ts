import { renameSync, rmSync } from 'node:fs'
import { App, Stack } from 'aws-cdk-lib'
import { DEFAULT_CROSS_STACK_REFERENCES } from 'aws-cdk-lib/cx-api'
import flags from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' }
import { DataStack } from './data-stack.ts'
import type { Environment } from './environments.ts'
import { ApiStack, DirectoryStack } from './http-stacks.ts'
import { ReconcileContacts } from './reconcile-contacts.ts'
import { SendEmails } from './send-emails.ts'
import { SyncContacts } from './sync-contacts.ts'
import { WebStack } from './web-stack.ts'

/**
 * Writes the cloud assembly of one environment to the folder `outdir`, which it replaces at the end, so that it is
 * always complete. `bundles` has a folder for each function, and `pages` is the built `web/`.
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
  const props = { environment, bundles, table, failures }
  const { api } = new ApiStack(app, `${name}-Api`, props)
  new DirectoryStack(app, `${name}-Directory`, props)
  const effects = new Stack(app, `${name}-Effects`, { env: { region: environment.region } })
  for (const Effect of [SyncContacts, ReconcileContacts, SendEmails]) new Effect(effects, props)
  new WebStack(app, `${name}-Web`, { environment, pages, api })
  app.synth()
  rmSync(outdir, { recursive: true, force: true })
  renameSync(fresh, outdir)
}
