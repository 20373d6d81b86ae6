import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { LocalFunction } from '../../../local/lambda/functions.ts'
import { Isolates } from '../../../local/lambda/isolates.ts'

const folder = mkdtempSync(join(tmpdir(), 'isolates-'))
const entry = join(folder, 'index.cjs')
writeFileSync(
  entry,
  `let now = 0
  exports.handler = async ({ number, milliseconds }) => {
    if (now++ > 0) throw new Error('two at once')
    await new Promise((resolve) => setTimeout(resolve, milliseconds))
    now--
    if (number === 'exit') process.exit(1)
    return { number, isolate: process.env.AWS_ACCESS_KEY_ID }
  }`,
)

let isolates: Isolates
beforeEach(() => {
  isolates = new Isolates({ ofOneFunction: 3, shared: 3 })
})
afterEach(() => isolates.stop())
afterAll(() => rmSync(folder, { recursive: true }))

function makeFunction(name: string): LocalFunction {
  const settings = { name, entry, exportName: 'handler', timeoutSeconds: 30, environment: {}, context: {} }
  const around = { isolates, log: () => {}, onAnswer: () => {} }
  return new LocalFunction({ ...settings, arn: name, role: undefined as never }, around)
}

/** Invokes it; notes in `started` when an isolate begins with it. */
async function invoke(target: LocalFunction, number: number | string, started: unknown[], milliseconds = 5) {
  const { payload, functionError } = await target.invoke(JSON.stringify({ number, milliseconds }), () =>
    started.push(number),
  )
  return { ...(JSON.parse(payload) as { number: number; isolate: string }), functionError }
}

const numbers = (count: number) => Array.from({ length: count }, (_, number) => number)

test('a hundred requests run in at most the allowed isolates, the oldest first', async () => {
  const target = makeFunction('busy')
  const started: number[] = []
  const answers = await Promise.all(numbers(100).map((number) => invoke(target, number, started)))
  expect(answers.map(({ number }) => number)).toEqual(numbers(100))
  expect(started).toEqual(numbers(100))
  expect(new Set(answers.map(({ isolate }) => isolate)).size).toBe(3)
})

test('a function does not keep another from running, and idle isolates make room', async () => {
  const [requests, effects, others] = [
    makeFunction('requests'),
    makeFunction('effects'),
    makeFunction('others'),
  ]
  const started: unknown[] = []
  const busy = numbers(60).map((number) => invoke(requests, number, started, 20))
  const effect = invoke(effects, 'effect', started)
  await effect
  expect(started.length).toBeLessThan(60)
  await Promise.all(busy)
  // Two idle ones of `requests` are beyond its first, and one of three is left to be shared.
  const isolatesOf = async (target: LocalFunction) =>
    new Set((await Promise.all(numbers(9).map((at) => invoke(target, at, [])))).map(({ isolate }) => isolate))
      .size
  expect(await isolatesOf(effects)).toBe(3)
  expect(await isolatesOf(others)).toBe(3)
})

test('an isolate that ends makes room for the next request', async () => {
  const target = makeFunction('ending')
  const answers = await Promise.all(numbers(12).map(() => invoke(target, 'exit', [])))
  expect(answers.every(({ functionError }) => functionError === 'Unhandled')).toBe(true)
  expect(await invoke(target, 1, [])).toMatchObject({ number: 1, functionError: undefined })
})

test('requests that wait at a stop are answered with an error', async () => {
  const target = makeFunction('stopping')
  const answers = Promise.all(numbers(20).map((number) => invoke(target, number, [], 10_000)))
  await isolates.stop()
  expect((await answers).every(({ functionError }) => functionError === 'Unhandled')).toBe(true)
})
