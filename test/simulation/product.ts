import { registerHooks } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../../shared/environment.ts'
import { functionsEnvironment } from '../kit/environment.ts'
import { takeOver } from './host.ts'
import type { Simulation } from './simulation.ts'
import { replacementsIn, smallPages, type VariantName } from './variants.ts'

const root = join(import.meta.dirname, '../..')

/** An id of the product is one of the simulation's. */
const ids = {
  url: /\/uuid\/dist-node\/v7\.js$/,
  source: 'export default () => globalThis.simulatedId()\n',
}

/**
 * Loads the product into this thread, or a broken variant of it, with small pages, and with a clock, timers, chance and
 * clients that are simulated. Once in a thread.
 */
export async function load(variant: VariantName | undefined): Promise<Simulation> {
  takeOver()
  let replaced = false
  registerHooks({
    load: (url, context, next) => {
      if (ids.url.test(url)) {
        replaced = true
        return { format: 'module', source: ids.source, shortCircuit: true }
      }
      const loaded = next(url, context)
      if (!url.startsWith('file:')) return loaded
      const more = replacementsIn(relative(root, fileURLToPath(url)), [
        smallPages,
        ...(variant ? [variant] : []),
      ])
      return more ? { ...loaded, source: `${loaded.source}${more}` } : loaded
    },
  })
  // A plain object is read much faster than the environment itself, which loggers do at every call.
  process.env = {
    ...process.env,
    ...functionsEnvironment,
    [environment.table]: 'Simulated',
    [environment.retryQueue]: 'https://queue.example/retries',
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
  }
  const action = async (name: string) => (await import(`../../functions/${name}.ts`)).handler
  const functions = {
    actions: {
      'add-user': await action('add-user'),
      'change-user': await action('change-user'),
      'remove-user': await action('remove-user'),
      'send-invitation': await action('send-invitation'),
      'accept-invitation': await action('accept-invitation'),
      'reject-invitation': await action('reject-invitation'),
      'delete-invitation': await action('delete-invitation'),
      'delete-partner': await action('delete-partner'),
      'delete-contact': await action('delete-contact'),
      'send-confirmation': await action('send-confirmation'),
      'confirm-address': await action('confirm-address'),
      'put-user': await action('put-user'),
      'drop-user': await action('drop-user'),
    },
    syncContacts: await action('sync-contacts'),
    sendEmails: await action('send-emails'),
  }
  if (!replaced) throw new Error('The ids of uuid are not where they were')
  const { db } = await import('../../shared/table/client.ts')
  const simulation = await import('./simulation.ts')
  return simulation.Simulation.of(functions, db)
}
