import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { clientTypes } from '../../docs/client-types.ts'

it('the types of the client are those that the description generates', async () => {
  const committed = readFileSync(new URL('../../client/schema.d.ts', import.meta.url), 'utf8')
  expect(committed === (await clientTypes()), 'client/schema.d.ts is stale: run npm run client').toBe(true)
})
