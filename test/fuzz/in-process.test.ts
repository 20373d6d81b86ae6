import { expect, test } from 'vitest'
import { environment } from '../../shared/environment.ts'

process.env[environment.dailyInvitations] = '1000'
process.env[environment.dailyInvitationsPerAddress] = '1000'
const { fuzzInProcess } = await import('./in-process.ts')
const { openApiDocument } = await import('../../shared/contract/openapi.ts')
const { routes } = await import('../../shared/contract/actions.ts')

const requests = 1500

test(`${requests} requests, most of them with something wrong, are answered as the interface says, and write nothing but what they may`, async () => {
  const { counts, faults } = await fuzzInProcess(openApiDocument(), { seed: 23, requests })
  expect(faults.join('\n\n')).toBe('')
  for (const route of Object.keys(routes)) {
    const answers = [...(counts.get(route)?.keys() ?? [])]
    expect(answers, `${route} was got beyond its input`).toContainEqual(
      expect.not.stringMatching(/^(400|415)/),
    )
  }
}, 120_000)
