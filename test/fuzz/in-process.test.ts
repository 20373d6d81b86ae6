import { expect, test } from 'vitest'
import { routes } from '../../shared/contract/actions.ts'
import { openApiDocument } from '../../shared/contract/openapi.ts'
import { fuzzInProcess } from './in-process.ts'

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
