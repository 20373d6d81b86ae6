import { readdirSync } from 'node:fs'
import { expect, it } from 'vitest'
import { routeNames, routes } from '../../shared/contract/actions.ts'

const folder = new URL('../../shared/contract/', import.meta.url)

it('every file with the contract of an action is listed, under the name of its file', async () => {
  const names: string[] = []
  for (const file of readdirSync(folder)) {
    const { documentation: described } = await import(new URL(file, folder).href)
    if (described?.contract) {
      expect(described.contract.name).toBe(file.replace('.ts', ''))
      names.push(described.contract.name)
    }
  }
  expect([...routeNames].sort()).toEqual(names.sort())
})

it('the actions that create something, and no others, accept an idempotency key', () => {
  const accepting = routeNames.filter((name) => routes[name].idempotent)
  expect(accepting.sort()).toEqual(['add-share', 'add-user', 'resend-invitation', 'send-invitation'])
})
