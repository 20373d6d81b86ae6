import { expect, test } from 'vitest'
import { routes } from '../../shared/contract/actions.ts'
import { openApiDocument } from '../../shared/contract/openapi.ts'
import { fuzzInProcess } from './in-process.ts'

// `npm run fuzz` sends more, of other seeds.
const requests = Number(process.env.FUZZ_REQUESTS ?? 1500)
const seed = Number(process.env.FUZZ_SEED ?? 23)

test(
  `${requests} requests of seed ${seed}, most of them with something wrong, are answered as the interface says, and write nothing but what they may`,
  async () => {
    const { counts, faults } = await fuzzInProcess(openApiDocument(), { seed, requests })
    expect(faults.join('\n\n')).toBe('')
    for (const route of Object.keys(routes)) {
      const answers = [...(counts.get(route)?.keys() ?? [])]
      expect(answers, `${route} was got beyond its input`).toContainEqual(
        expect.not.stringMatching(/^(400|415)/),
      )
    }
  },
  120_000 + requests * 50,
)
