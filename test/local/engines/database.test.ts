import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test, vi } from 'vitest'
import { type Fixture, item, itemsOf, putItems, startFixture } from '../fixture/stack.ts'
import { ownerOf } from '../sockets.ts'

// Each starts the database twice.
vi.setConfig({ testTimeout: 120_000 })

const data = mkdtempSync(join(tmpdir(), 'data-'))
let fixture: Fixture | undefined
afterEach(async () => {
  await fixture?.stop()
  rmSync(data, { recursive: true, force: true })
})

const killDatabase = ({ stack }: Fixture) => process.kill(ownerOf(stack.dynamodb, process.pid), 'SIGKILL')

async function until(what: () => boolean): Promise<void> {
  while (!what()) await sleep(20)
}

/** Puts an item, and waits until the function that the stream wakes has written it down. */
async function expectDelivered({ stack }: Fixture, pk: string): Promise<void> {
  await putItems(stack, [item('bisecting', pk, 1)])
  while ((await itemsOf(stack, `JOURNAL#${pk}`)).length === 0) await sleep(20)
}

test('killed with a data folder, it is started again with all acknowledged writes', async () => {
  fixture = await startFixture(data)
  const { stack, lines } = fixture
  let acknowledged = 0
  const writing = (async () => {
    for (;;) {
      await putItems(stack, [item('bisecting', 'kept', acknowledged)])
      acknowledged++
    }
  })().catch(() => {})
  await until(() => acknowledged > 50)
  killDatabase(fixture)
  await writing
  await until(() => lines.some((line) => line.includes('It runs again')))
  expect(lines.find((line) => line.includes('It runs again'))).toBe(
    `DynamoDB Local ended by itself, with SIGKILL. It runs again, with the data in ${data}.`,
  )
  expect((await itemsOf(stack, 'kept')).length).toBeGreaterThanOrEqual(acknowledged)
  await expectDelivered(fixture, 'after')
  expect((await fetch(`${stack.api}/open`)).status).toBe(200)
})

test('killed in memory, it is started again empty, with a message', async () => {
  fixture = await startFixture()
  const { stack, lines } = fixture
  await expectDelivered(fixture, 'lost')
  killDatabase(fixture)
  await until(() => lines.some((line) => line.includes('It runs again')))
  expect(lines.at(-1)).toContain('all data is lost, and the accounts are those of the start')
  expect(await itemsOf(stack, 'lost')).toEqual([])
  await expectDelivered(fixture, 'after')
})

test('killed again at once, it is not started again', async () => {
  fixture = await startFixture()
  const { lines } = fixture
  killDatabase(fixture)
  await until(() => lines.some((line) => line.includes('It runs again')))
  killDatabase(fixture)
  // Other lines may follow at once: the pollers report what they can't reach.
  await until(() => lines.includes('DynamoDB Local ended by itself, with SIGKILL.'))
})
