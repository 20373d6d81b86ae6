import { BatchGetCommand } from '@aws-sdk/lib-dynamodb'
import { mockClient } from 'aws-sdk-client-mock'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { db, tableName } from '../../shared/table/client.ts'
import { keys } from '../../shared/table/keys.ts'
import { read } from '../../shared/table/read.ts'

// That DynamoDB leaves keys over is what DynamoDB Local can't be made to show.
const engine = mockClient(db)

beforeEach(() => {
  engine.reset()
  vi.spyOn(Math, 'random').mockReturnValue(0)
})
afterEach(() => {
  vi.restoreAllMocks()
})

const acme = keys.account('acme')
const globex = keys.account('globex')
const itemOf = (accountId: string, name: string) => ({
  ...keys.account(accountId),
  type: 'account',
  accountId,
  name,
})
const found = (...items: object[]) => ({ Responses: { [tableName]: items as Record<string, unknown>[] } })
const left = (...Keys: object[]) => ({
  UnprocessedKeys: { [tableName]: { Keys: Keys as Record<string, unknown>[] } },
})
const asked = () =>
  engine.commandCalls(BatchGetCommand).map(({ args }) => args[0].input.RequestItems?.[tableName])

describe('items are read consistently, in one round trip', () => {
  it('and given in the order of their keys, undefined where there is none', async () => {
    engine.on(BatchGetCommand).resolves(found(itemOf('globex', 'Globex')))
    expect(await read(acme, undefined, globex, globex)).toEqual([
      undefined,
      undefined,
      itemOf('globex', 'Globex'),
      itemOf('globex', 'Globex'),
    ])
    expect(asked()).toEqual([{ Keys: [acme, globex], ConsistentRead: true }])
  })

  it('none at all needs no round trip', async () => {
    expect(await read()).toEqual([])
    expect(await read(undefined)).toEqual([undefined])
    expect(asked()).toEqual([])
  })

  it('of a hundred at most', async () => {
    engine.on(BatchGetCommand).resolves(found())
    await read(...Array.from({ length: 201 }, (_, nth) => keys.account(`${nth}`)))
    expect(asked().map((request) => request?.Keys?.length)).toEqual([100, 100, 1])
  })
})

describe('what DynamoDB leaves over', () => {
  it('is asked for again', async () => {
    engine
      .on(BatchGetCommand)
      .resolvesOnce({ ...found(itemOf('acme', 'Acme')), ...left(globex) })
      .resolves(found(itemOf('globex', 'Globex')))
    expect(await read(acme, globex)).toEqual([itemOf('acme', 'Acme'), itemOf('globex', 'Globex')])
    expect(asked().map((request) => request?.Keys)).toEqual([[acme, globex], [globex]])
  })

  it('is asked for again after a wait, twice as long each time, up to a random part of it', async () => {
    const waits: unknown[] = []
    vi.mocked(Math.random).mockReturnValue(0.5)
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((then: () => void, wait: number) => {
      waits.push(wait)
      then()
    }) as unknown as typeof setTimeout)
    engine.on(BatchGetCommand).resolves(left(acme))
    await expect(read(acme)).rejects.toThrow()
    expect(waits.slice(0, 5)).toEqual([20, 40, 80, 160, 320])
  })

  it('is never taken for what does not exist', async () => {
    engine.on(BatchGetCommand).resolves(left(acme))
    await expect(read(acme)).rejects.toThrow('DynamoDB kept leaving keys of a batch unread')
  })
})
