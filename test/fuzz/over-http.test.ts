import { expect, inject, test } from 'vitest'
import { fuzzOverHttp } from './over-http.ts'

const requests = 300

test(`${requests} requests over HTTP, most of them with something wrong, are answered as the interface says`, async () => {
  const { counts, faults } = await fuzzOverHttp(inject('stack'), { seed: 23, requests })
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
}, 120_000)
