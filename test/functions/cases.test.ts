import { SESClient } from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { handler as sendEmails } from '../../functions/send-emails.ts'
import { routes } from '../../shared/contract/actions.ts'
import { logger } from '../../shared/runtime/logger.ts'
import { copySnapshot, copyTail } from '../../shared/table/copies.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { cases } from '../cases/cases.ts'
import { account, partners, world } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'
import { deliver, recordOf } from '../kit/deliver.ts'
import { hostArn } from '../kit/gateway-event.ts'
import { MemoryTable } from '../kit/memory-table.ts'

const memory = new MemoryTable()
beforeAll(() => memory.use())

const levels = (['debug', 'info', 'warn', 'error'] as const).map((level) => vi.spyOn(logger, level))
const logged = () => levels.flatMap(({ mock }) => mock.calls)

/** What the log may say of a caller: ids, never names or addresses. */
function callerOf(action: keyof typeof routes, by: { accountId: string; userId: string } | undefined) {
  if (routes[action].access === 'host') return { arn: hostArn }
  return by ? { accountId: by.accountId, userId: by.userId } : {}
}

describe('the log has one line for each request, with ids and nothing else', () => {
  test.each(cases)('$action, $name: $answer', async ({ action, answer, prepare }) => {
    const request = await prepare(await world())
    for (const level of levels) level.mockClear()
    const answered = await call(action, request)
    expect(inShort(answered)).toBe(answer)
    const [status, code] = answer.split(' ')
    const caller = callerOf(action, request.by)
    expect(logged()).toEqual([
      ['answered', { route: action, requestId: action, caller, status: Number(status), code }],
    ])
  })
})

const day = 86_400

/** How long an item is kept, in seconds. Items of other types are kept for good. */
const lifetimes: Record<string, number> = {
  quota: 2 * day,
  // The link works for seven days.
  confirmation: 9 * day,
  // Longer than an event can be delivered again.
  mail: 100 * day,
  // After the end of the partnership.
  partnership: 100 * day,
  copy: 2 * day,
}

test('DynamoDB deletes each item after its lifetime, in seconds since 1970, and no other item', async () => {
  const kept = new Map<string, Set<number>>()
  memory.changed = ({ next }) => {
    // The cases use counters up by themselves.
    if (next?.expires === undefined || next.expires === 4_000_000_000) return
    const seconds = Number(next.expires) - Date.now() / 1000
    const lifetime = lifetimes[String(next.type)] ?? 0
    kept.set(
      String(next.type),
      (kept.get(String(next.type)) ?? new Set()).add(Math.abs(seconds - lifetime) < 60 ? lifetime : seconds),
    )
  }
  for (const { action, prepare } of cases.filter(({ answer }) => answer.startsWith('2')))
    await call(action, await prepare(await world()))
  await copyInParts()
  await mailAnInvitation()
  memory.changed = () => {}
  const expected = Object.entries(lifetimes).map(([type, seconds]) => [type, new Set([seconds])])
  expect(Object.fromEntries(kept)).toEqual(Object.fromEntries(expected))
})

/** Copies all users of a partner, and one user to all partners, a page of one at a time. */
async function copyInParts(): Promise<void> {
  const [acme, globex, initech] = [await account(), await account(), await account()]
  await partners(acme, globex)
  await partners(acme, initech)
  await copySnapshot({ owner: acme.id, source: globex.id, epoch: 1 }, 1)
  const user = await readOne(keys.user(acme.id, 'max'))
  if (!user) throw new Error('acme has no max')
  await copyTail({ user }, 1)
}

async function mailAnInvitation(): Promise<void> {
  mockClient(SESClient).resolves({ MessageId: 'sent' })
  const [acme, globex] = [await account(), await account()]
  const records: object[] = []
  const { changed } = memory
  memory.changed = (change) => {
    if (change.next?.type === 'event' && change.next.mail !== undefined) records.push(recordOf(change.next))
    changed(change)
  }
  await call('send-invitation', { by: acme.ada, body: { email: globex.ada.email } })
  expect(await deliver(sendEmails, records)).toBe(0)
}
