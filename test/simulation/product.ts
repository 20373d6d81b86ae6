import { registerHooks } from 'node:module'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { environment } from '../../shared/environment.ts'
import { functionsEnvironment } from '../kit/environment.ts'
import { invitationDays, takeOver } from './host.ts'
import type { Functions, Simulation } from './simulation.ts'
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
    [environment.invitationDays]: String(invitationDays),
    [environment.retryQueue]: 'https://queue.example/retries',
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'simulated',
    AWS_SECRET_ACCESS_KEY: 'simulated',
  }
  const handlerOf = async (name: string) => (await import(`../../functions/${name}.ts`)).handler
  const { actions } = await import('./commands.ts')
  const entries = await Promise.all(actions.map(async (name) => [name, await handlerOf(name)]))
  const functions: Functions = {
    actions: Object.fromEntries(entries),
    syncContacts: await handlerOf('sync-contacts'),
    sendEmails: await handlerOf('send-emails'),
  }
  if (!replaced) throw new Error('The ids of uuid are not where they were')
  const { db } = await import('../../shared/table/client.ts')
  const simulation = await import('./simulation.ts')
  return simulation.Simulation.of(functions, db)
}
