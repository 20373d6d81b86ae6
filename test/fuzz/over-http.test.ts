import { expect, inject, test } from 'vitest'
import { fuzzOverHttp } from './over-http.ts'

const requests = Number(process.env.FUZZ_REQUESTS ?? 3000) / 10
const seed = Number(process.env.FUZZ_SEED ?? 23)

test(
  `${requests} requests of seed ${seed} over HTTP, most of them with something wrong, are answered as the interface says`,
  async () => {
    const { counts, faults } = await fuzzOverHttp(inject('stack'), { seed, requests })
    expect(faults.join('\n\n')).toBe('')
    const answers = [...counts.values()].flatMap((ofRoute) => [...ofRoute.keys()])
    for (const answer of [
      '200',
      '204',
      '401 (gateway)',
      '403 (gateway)',
      '404 (gateway)',
      '400 malformed-request',
    ]) {
      expect(answers).toContain(answer)
    }
  },
  120_000 + requests * 100,
)
