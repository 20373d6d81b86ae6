import { expect, test } from 'vitest'
import { type Discard, deliver, type StreamRecord } from '../../../local/lambda/delivery.ts'
import type { LocalFunction } from '../../../local/lambda/functions.ts'
import { Hooks } from '../../../local/lambda/hooks.ts'
import type { Mapping } from '../../../local/lambda/mappings.ts'

const crash = { payload: '{}', functionError: 'Unhandled' as const }
const failing = (...identifiers: unknown[]) => ({
  payload: JSON.stringify({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) }),
})
const success = failing()

type Answer = typeof success | typeof crash

/** Delivers records 1 to `count`. Each invocation is answered with the next answer, and the last ones with success. */
async function delivered(
  count: number,
  answers: Answer[],
  { ages = [], twice = false, ...changed }: Partial<Mapping> & { ages?: number[]; twice?: boolean } = {},
) {
  const invocations: string[] = []
  const discards: string[] = []
  const target = {
    settings: { name: 'target' },
    invoke: async (event: string) => {
      const { Records } = JSON.parse(event) as { Records: StreamRecord[] }
      invocations.push(Records.map(({ dynamodb }) => dynamodb.SequenceNumber).join(''))
      return { ...(answers[invocations.length - 1] ?? success), requestId: 'id' }
    },
  } as unknown as LocalFunction
  const mapping = {
    maxRetries: 10,
    maxAgeMilliseconds: 60_000,
    bisects: false,
    reportsItems: true,
    ...changed,
  } as Mapping
  const batch = Array.from({ length: count }, (_, index) => ({
    at: Date.now() - (ages[index] ?? 0),
    record: { dynamodb: { SequenceNumber: String(index + 1) } } as StreamRecord,
  }))
  const discard = async ({ condition, arrivals, tries }: Discard) => {
    const numbers = arrivals.map(({ record }) => record.dynamodb.SequenceNumber).join('')
    discards.push(`${numbers} ${condition} after ${tries}`)
  }
  const hooks = new Hooks<[string, StreamRecord[]], 'twice'>()
  if (twice) hooks.add((_, records) => (records.length === count ? 'twice' : undefined))
  await deliver(batch, { mapping, target, hooks, discard, signal: new AbortController().signal })
  return { invocations, discards }
}

test.each([
  ['a success once', [success], {}, ['1234']],
  ['from the lowest failed record on', [failing('3', '2', '4')], {}, ['1234', '234']],
  ['from each failed record on', [failing('2'), failing('4')], {}, ['1234', '234', '4']],
  ['all after a crash', [crash], {}, ['1234', '1234']],
  ['all after an identifier of no record', [failing('3', 'none')], {}, ['1234', '1234']],
  ['all after an empty identifier', [failing('')], {}, ['1234', '1234']],
  [
    'once, whatever the answer of a function that does not report',
    [failing('2')],
    { reportsItems: false },
    ['1234'],
  ],
  ['halves after a crash, with bisecting', [crash], { bisects: true }, ['1234', '12', '34']],
  ['quarters after two crashes', [crash, crash], { bisects: true }, ['1234', '12', '1', '2', '34']],
  ['from the failed record on, with bisecting', [failing('3')], { bisects: true }, ['1234', '34']],
  ['twice if a hook says so', [success], { twice: true }, ['1234', '1234']],
])('delivers %s', async (_, answers, options, invocations) => {
  expect(await delivered(4, answers, options)).toEqual({ invocations, discards: [] })
})

test.each([
  ['after the last retry', 2, Array(3).fill(crash), { maxRetries: 2 }, ['12 RetryAttemptsExhausted after 3']],
  [
    'only from the failed record on',
    2,
    Array(3).fill(failing('2')),
    { maxRetries: 2 },
    ['2 RetryAttemptsExhausted after 3'],
  ],
  [
    'that fail alone, with bisecting',
    4,
    Array(4).fill(failing('3')),
    { maxRetries: 1, bisects: true },
    ['3 RetryAttemptsExhausted after 2'],
  ],
  [
    'without a try if they are too old',
    3,
    [],
    { ages: [90_000, 61_000, 0] },
    ['12 RecordAgeExceeded after 0'],
  ],
  ['none of endless retries', 1, Array(5).fill(crash), { maxRetries: -1 }, []],
])('discards records %s', async (_, count, answers, options, discards) => {
  expect((await delivered(count, answers, options)).discards).toEqual(discards)
})
