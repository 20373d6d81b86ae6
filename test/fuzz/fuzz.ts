import { Description } from '../kit/description.ts'
import { Random } from '../kit/random.ts'
import { secret } from './accounts.ts'
import { type Document, type Operation, operationsOf } from './document.ts'
import { draftOf } from './draft.ts'
import type { Known } from './known.ts'
import { type Answer, faultOf, inShort, isGateways, parsed } from './rules.ts'
import { mutated, route, type Sent } from './wire.ts'

/** What the requests are sent to. */
export type Target = {
  document: Document
  known: Known
  /** What only this target can be tried with: claims that a token may carry, or a token that is none. */
  mutate(sent: Sent, random: Random): void
  /** The answer, and what should not have been done; undefined where there is no gateway to refuse it. */
  send(sent: Sent): Promise<{ answer: Answer; fault?: string | undefined } | undefined>
  /** A request such that it can be sent again by hand. */
  shown(sent: Sent): string
}

export type Outcome = {
  /** How often each route answered what, such as "409 invitation-pending". */
  counts: Map<string, Map<string, number>>
  /** Each as a person needs it: what is wrong, the request, the answer, the seed. */
  faults: string[]
}

/** So many are under way at once. What is learned from their answers counts for those after them. */
const together = 8

const mostFaults = 20

/** Sends so many requests, each route in turn, and checks each answer. Stops early where too much is wrong. */
export async function fuzz(
  target: Target,
  { seed, requests }: { seed: number; requests: number },
): Promise<Outcome> {
  const random = new Random(seed)
  const operations = operationsOf(target.document)
  const description = new Description(target.document)
  const outcome: Outcome = { counts: new Map(), faults: [] }
  for (let made = 0; made < requests && outcome.faults.length < mostFaults; ) {
    const batch: Sent[] = []
    while (batch.length < together && made < requests) {
      const operation = operations[made++ % operations.length] as Operation
      const sent = mutated(draftOf(operation, target.known, random), target.known, random)
      target.mutate(sent, random)
      batch.push(sent)
    }
    const answers = await Promise.all(batch.map((sent) => target.send(sent)))
    for (const [i, sent] of batch.entries()) {
      const operation = route(sent.wire, operations)?.operation
      const got = answers[i]
      count(outcome, operation?.name ?? 'no route', got ? inShort(got.answer) : 'not sent')
      if (!got) continue
      const fault = got.fault ?? faultIn(sent, got.answer, operation, description)
      if (fault) outcome.faults.push(told(target, sent, got.answer, fault, seed))
      if (operation && got.answer.status < 300) {
        target.known.learn(operation.path, sent.draft.caller, parsed(got.answer.body))
      }
    }
  }
  return outcome
}

function count({ counts }: Outcome, route: string, answer: string): void {
  const ofRoute = counts.get(route) ?? new Map<string, number>()
  counts.set(route, ofRoute.set(answer, (ofRoute.get(answer) ?? 0) + 1))
}

function faultIn(
  { wire: { method, target } }: Sent,
  answer: Answer,
  operation: Operation | undefined,
  description: Description,
): string | undefined {
  const { status, headers, body: text } = answer
  const fault = pollution() ?? leak(answer) ?? faultOf(method, answer)
  if (fault || isGateways(answer)) return fault
  if (!operation) return 'an answer where there is no route'
  return description.fault(method, target, { status, headers: new Headers(headers), text })
}

function told({ shown }: Target, sent: Sent, { status, headers, body }: Answer, fault: string, seed: number) {
  const { operation, caller, mutations } = sent.draft
  return [
    `${operation.name}: ${fault}`,
    `seed ${seed}, by ${caller}: ${mutations.join(', ')}`,
    shown(sent),
    `${status} ${JSON.stringify(headers)}`,
    body.slice(0, 2000),
  ].join('\n')
}

const clean = Object.getOwnPropertyNames(Object.prototype).length

const pollution = () =>
  Object.getOwnPropertyNames(Object.prototype).length === clean ? undefined : 'something in Object.prototype'

const leak = ({ body }: Answer) => (body.includes(secret) ? 'what is another account’s' : undefined)
