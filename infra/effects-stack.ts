import { type App, Stack } from 'aws-cdk-lib'
import { ReconcileContacts } from './reconcile-contacts.ts'
import { SendEmails } from './send-emails.ts'
import type { EffectProps } from './stream-function.ts'
import { SyncContacts } from './sync-contacts.ts'

/** What follows from a change: contacts are kept up to date, and e-mails are sent. */
export class EffectsStack extends Stack {
  constructor(app: App, id: string, props: EffectProps) {
    super(app, id, { env: { region: props.environment.region } })
    new SyncContacts(this, props)
    new ReconcileContacts(this, props)
    new SendEmails(this, props)
  }
}
