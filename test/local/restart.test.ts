import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test, vi } from 'vitest'
import { synthesizeFixture } from './fixture/app.ts'
import { type Fixture, item, itemsOf, putItems, startFixture } from './fixture/stack.ts'

// The first starts the stack twice.
vi.setConfig({ testTimeout: 120_000 })

const data = mkdtempSync(join(tmpdir(), 'data-'))
let fixture: Fixture | undefined
afterAll(async () => {
  await fixture?.stop()
  rmSync(data, { recursive: true })
})

/** What the functions write down, and who is told when they try. */
function recordCalls({ stack }: Fixture, onCall: (pk: string) => void = () => {}): string[] {
  const calls: string[] = []
  stack.faults.add(({ input }) => {
    const { pk } = input.Item as { pk: { S: string } }
    calls.push(pk.S)
    onCall(pk.S)
    return pk.S.endsWith('held') ? { delay: 2000 } : undefined
  })
  return calls
}

/** An object in the failure bucket, past the role check. */
function failedRecord({ stack, bucket }: Fixture, init: RequestInit = {}): Promise<Response> {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=OPERATOR/20260101/eu-north-1/s3/aws4_request, SignedHeaders=host, Signature=none'
  return fetch(`${stack.aws.endpoint}/${bucket}/aws/lambda/x`, { ...init, headers: { authorization } })
}

test('with a data folder, a later start has the items and continues delivery', async () => {
  fixture = await startFixture(data)
  const held = Promise.withResolvers<void>()
  const first = recordCalls(fixture, (pk) => pk.endsWith('held') && held.resolve())
  await putItems(fixture.stack, [item('bisecting', 'done', 1)])
  await fixture.stack.idle()
  expect(first).toEqual(['JOURNAL#done'])
  expect((await failedRecord(fixture, { method: 'PUT', body: 'kept' })).status).toBe(200)
  await putItems(fixture.stack, [item('bisecting', 'held', 1)])
  await held.promise
  await fixture.stop()

  fixture = await startFixture(data)
  expect(await itemsOf(fixture.stack, 'done')).toHaveLength(1)
  expect(await (await failedRecord(fixture)).text()).toBe('kept')
  const second = recordCalls(fixture)
  await fixture.stack.idle()
  expect(second).toEqual(['JOURNAL#held'])
})

test('a new synthesis replaces the running one, and the items stay', async () => {
  if (!fixture) throw new Error('not started')
  const { stack, assembly } = fixture
  expect((await fetch(`${stack.api}/new`)).status).toBe(404)
  synthesizeFixture(assembly, { route: true })
  expect(await stack.reload()).toEqual({ sameTables: true })
  expect((await fetch(`${stack.api}/new`)).status).toBe(200)
  const calls = recordCalls(fixture)
  await putItems(stack, [item('bisecting', 'after reload', 1)])
  await stack.idle()
  expect(calls).toContain('JOURNAL#after reload')
  expect(calls).not.toContain('JOURNAL#done')
  synthesizeFixture(assembly, { index: true })
  expect(await stack.reload()).toEqual({ sameTables: false })
})

test("a synthesis that can't be run leaves the running one", async () => {
  if (!fixture) throw new Error('not started')
  synthesizeFixture(fixture.assembly, { withoutGrant: true })
  await expect(fixture.stack.reload()).rejects.toThrow(
    /not authorized to perform: s3:PutObject on resource: arn:aws:s3:::/,
  )
  expect((await fetch(`${fixture.stack.api}/open`)).status).toBe(200)
})

test('a kept table that was declared differently stops the start', async () => {
  await fixture?.stop()
  fixture = undefined
  await expect(startFixture(data, { index: true })).rejects.toThrow(
    /fixture-table in .* was declared differently/,
  )
})
