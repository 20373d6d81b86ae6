import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash, randomUUID } from 'node:crypto'
import { type NativeAttributeValue, paginateScan } from '@aws-sdk/lib-dynamodb'
import type { APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import { seed } from '../../demo/seed.ts'
import { db, tableName } from '../../shared/table/client.ts'
import { claimsOf, gatewayEvent } from '../kit/gateway-event.ts'
import type { Random } from '../kit/random.ts'
import { type Person, populate } from './accounts.ts'
import { type Document, type Operation, operationsOf } from './document.ts'
import { fuzz, type Outcome } from './fuzz.ts'
import { type Known, vault } from './known.ts'
import type { Wire } from './request.ts'
import { type Answer, inShort, parsed } from './rules.ts'
import { route, type Sent } from './wire.ts'

type Handler = (event: object, context: object) => Promise<Result>
type Item = Record<string, NativeAttributeValue>

/** The commands by which something was written during a request. */
const writes = new AsyncLocalStorage<string[]>()

db.middlewareStack.add(
  (next, { commandName = '' }) =>
    async (args) => {
      const result = await next(args)
      if (!/^(Get|BatchGet|Query|Scan)/.test(commandName)) writes.getStore()?.push(commandName)
      return result
    },
  { step: 'initialize', name: 'writes' },
)

type Claims = Record<string, string>

/**
 * Sends requests to the functions in this process, as the gateway passes them on; looks at the table in the end.
 *
 * @param openApi the document that they are made from
 */
export async function fuzzInProcess(
  openApi: object,
  options: { seed: number; requests: number },
): Promise<Outcome> {
  const document = openApi as Document
  const operations = operationsOf(document)
  const invoke = await invoker(operations)
  const { known, people } = await populate(randomUUID().slice(0, 8), seed, async (by, method, path, body) => {
    const headers = { 'content-type': 'application/json' }
    const wire = { method, target: path, headers, body: body && Buffer.from(JSON.stringify(body)) }
    const got = await invoke(wire, claimsOf(by))
    if (!got || got.answer.status >= 300) throw new Error(`${method} ${path}: ${got?.answer.body}`)
    return parsed(got.answer.body || '{}') as never
  })
  const claims = ({ claims, draft }: Sent) => claims ?? claimsOf(people.get(draft.caller) as Person)
  const before = await vaultDigest()
  const outcome = await fuzz(
    {
      document,
      known,
      mutate: (sent, random) => {
        if (random.chance(0.06)) sent.claims = oddClaims(known, random)
      },
      send: (sent) => invoke(sent.wire, claims(sent)),
      shown: (sent) =>
        JSON.stringify({ ...sent.wire, body: sent.wire.body?.toString(), claims: claims(sent) }),
    },
    options,
  )
  if ((await vaultDigest()) !== before) outcome.faults.push('What belongs to others has changed')
  outcome.faults.push(...(await storedFaults()))
  return outcome
}

/** What runs the function that a request is for; undefined comes of one that the gateway would refuse. */
async function invoker(operations: Operation[]) {
  const handlers = new Map<string, Handler>()
  for (const { name } of operations) handlers.set(name, (await import(`../../functions/${name}.ts`)).handler)

  return async (
    wire: Wire,
    claims: Claims,
  ): Promise<{ answer: Answer; fault: string | undefined } | undefined> => {
    const routed = route(wire, operations)
    const handler = routed && handlers.get(routed.operation.name)
    if (!handler) return undefined
    const requestId = randomUUID()
    const made: string[] = []
    const { access } = routed.operation
    const caller = access === 'token' ? claims : access === 'signature' ? 'host' : undefined
    const event = gatewayEvent({ ...wire, params: routed.params, caller, requestId })
    const result = await writes.run(made, () => handler(event, {}))
    const { statusCode: status = 0, headers = {}, body = '' } = result
    const told = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])
    const answer: Answer = { status, headers: Object.fromEntries(told), body }
    const strange = answer.headers['x-request-id'] === requestId ? undefined : 'another X-Request-Id'
    return { answer, fault: strange ?? writeFault(routed.operation, answer, made) }
  }
}

/** A token may carry anything that its issuer puts there; the gateway makes text of it. */
function oddClaims(known: Known, random: Random): Claims {
  const account = known.any('account', 'token', random)?.text ?? ''
  return random.pick<Claims>([
    {},
    { sub: 'nobody' },
    { sub: 'nobody', account_id: account },
    { sub: 'nobody', user_id: '', account_id: account },
    { user_id: '__proto__', account_id: account },
    { user_id: 'x', account_id: '__proto__' },
    { user_id: '[a b]', account_id: '[a b]' },
    { user_id: 'x#y', account_id: `${account}#USER#x` },
    { user_id: '\ud800', account_id: account },
    { user_id: 'x'.repeat(3000), account_id: account },
    { user_id: 'x', account_id: 'å'.repeat(1000) },
  ])
}

/** A refusal writes nothing, but that an address was asked for that nobody has; and to look changes nothing. */
function writeFault({ method }: Operation, answer: Answer, made: string[]): string | undefined {
  const counted = inShort(answer) === '422 no-account-for-email' ? 1 : 0
  const allowed = answer.status < 300 && method !== 'GET' ? Number.POSITIVE_INFINITY : counted
  return made.length > allowed ? `${made.join(', ')} where nothing may be written` : undefined
}

async function* items(): AsyncGenerator<Item> {
  for await (const { Items = [] } of paginateScan({ client: db }, { TableName: tableName })) yield* Items
}

/** What is kept of the accounts that nobody may get at, in short. */
async function vaultDigest(): Promise<string> {
  const kept: string[] = []
  for await (const item of items()) {
    if (String(item.pk).includes(vault))
      kept.push(JSON.stringify(item, (_, value) => (value instanceof Set ? [...value] : value)))
  }
  if (kept.length === 0) throw new Error('There is nothing in the vault')
  return createHash('sha256').update(kept.sort().join('\n')).digest('hex')
}

/** No text that is kept holds what a text for people may not have; places in lists have tabs. A link is no such text. */
async function storedFaults(): Promise<string[]> {
  const faults: string[] = []
  for await (const { position = '', url: _, ...item } of items()) {
    const texts = [...textsOf(item), ...String(position).split('\t')]
    if (texts.some((text) => /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\u202a-\u202e\u2066-\u2069]/u.test(text))) {
      faults.push(`Kept with characters that may not be: ${JSON.stringify({ position, ...item })}`)
    }
  }
  return faults.slice(0, 20)
}

function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null
    ? [...Object.keys(value), ...Object.values(value)].flatMap(textsOf)
    : []
}
