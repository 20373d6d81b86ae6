import { setTimeout as sleep } from 'node:timers/promises'
import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { unmarshall } from '@aws-sdk/util-dynamodb'
import type { Fault, FaultCall } from '../../../local/endpoint/proxy.ts'
import type { UserItem } from '../../../shared/table/items.ts'
import { keys } from '../../../shared/table/keys.ts'
import { type Item, sameValue } from '../../kit/expressions.ts'
import { Random } from '../../kit/random.ts'
import { type Change, Store } from '../../kit/store.ts'
import { violationsAtRest } from '../checks.ts'
import {
  type Command,
  type Request,
  requestFor,
  someCommands,
  tellRequest,
  tokenIn,
  type World,
} from '../commands.ts'
import { type Doer, History } from '../history.ts'
import { names, openings } from '../openings.ts'
import type { Plan } from '../simulation.ts'
import { tell } from '../telling.ts'
import { someWeather } from '../weather.ts'
import type { Answer } from './client.ts'
import { Faults, isEffect } from './faults.ts'

/** All that is decided about a sequence beforehand. */
export type SequencePlan = Omit<Plan, 'haste'> & {
  /** How often a command waits for longer than the time within which C2 lets either of two states be right. */
  rests: number
}

const length = 20

/** C2's five seconds, and what a command takes, in milliseconds. */
const rest = 6_000

/** The same for the same seed; what comes of it is not, as functions, engines and the proxy run at the same time. */
export function planOf(seed: number): SequencePlan {
  const random = new Random(seed)
  const opening = random.below(openings.length)
  return {
    seed,
    opening,
    commands: someCommands(random, openings[opening]?.accounts.length ?? 0, length),
    weather: someWeather(random),
    width: 1 + random.below(3),
    pause: random.pick([0, 100, 1_000]),
    rests: random.pick([0, 0.1, 0.2]),
  }
}

/** What is done with what people ask for, and how what it writes is waited for. */
export type Asking = {
  /** @param email of who asks, as it is now; undefined where the host does */
  ask(request: Request, email: string | undefined): Promise<Answer>
  caughtUp(): Promise<void>
}

/** Every name of a sequence's accounts, and so every key and address of theirs, has this in it. */
const tagOf = (seed: number) => `.s${seed}`
const tag = /\.s(\d+)(?!\w)/

/** The seed of the sequence that a text is about. */
export const seedIn = (text: string): number | undefined => {
  const found = tag.exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}

const still = { changed: () => {}, lag: () => 0, now: () => 0, cut: (count: number) => count }

/** Of the table, what the rules are about. */
export const judgedTypes = ['account', 'user', 'email', 'contact', 'partnership', 'pair']

/** Some accounts of their own, what is asked of them, what goes wrong meanwhile, and all that became of it. */
export class Sequence {
  readonly plan: SequencePlan
  readonly accounts: { accountId: string; size: number }[]
  readonly faults: Faults
  readonly history = new History()
  /** In the order of time. */
  readonly trace: string[] = []
  /** How many answers there were of a kind: a status, and the code where it is a problem. */
  readonly answers = new Map<string, number>()
  /** The table as its stream tells it. */
  readonly #mirror = new Store(still)
  readonly #world: World
  readonly #random: Random
  #began = 0
  #asked = 0
  /** Whether things go wrong: not before its commands, and not when all sequences have been played. */
  isRough = false
  /** Who is about to change an item, by what the item will be. */
  readonly #writers = new Map<string, Doer>()
  /** What an isolate of send-emails is doing: sending the mail of an event. */
  readonly #sending = new Map<string, Doer & { event: string }>()

  constructor(plan: SequencePlan) {
    this.plan = plan
    const sizes = openings[plan.opening]?.accounts ?? []
    this.accounts = sizes.map((size, index) => ({ accountId: `${names[index]}${tagOf(plan.seed)}`, size }))
    this.#world = {
      accounts: this.accounts.map(({ accountId }) => accountId),
      domain: `somewhere${tagOf(plan.seed)}.example`,
      tokens: this.history.tokens,
    }
    this.#random = new Random(plan.seed + 1)
    this.faults = new Faults(plan.weather, new Random(plan.seed + 2))
  }

  /** A change of one of its items, as the stream has it. */
  seen(change: Change, now: number) {
    const { pk, sk, next } = change
    if (next) this.#mirror.put(next)
    else this.#mirror.sendOne(new DeleteCommand({ TableName: '', Key: { pk, sk } }))
    this.history.changed(change, next && this.#writers.get(identityOf(next)), now)
    if (next?.type !== 'quota') this.#tell(tell(change))
  }

  /** What goes wrong with a call of a function that is about it. */
  called(call: FaultCall): Fault | undefined {
    const doer = this.#noteEvent(call) ?? { kind: isEffect(call) ? 'effect' : 'action', ...alive }
    for (const item of itemsPutBy(call)) this.#writers.set(identityOf(item), doer)
    this.#checkSides(call)
    const fault = this.isRough ? this.faults.of(call) : undefined
    if (fault) this.#tell(`-- ${call.functionName} calls ${call.action}: ${tellFault(fault)}`)
    if (fault && 'kill' in fault) Object.assign(doer, { ended: 'killed' })
    if (call.action === 'SendEmail') this.#mailed(call, fault)
    return fault
  }

  /** Whether a batch of its records is delivered again. */
  delivered(functionName: string): boolean {
    const again = this.isRough && this.faults.draw(['batch delivered twice']) !== undefined
    if (again) this.#tell(`-- a batch is delivered to ${functionName} twice`)
    return again
  }

  /** Asks for all that it plans, and resolves when all is answered. */
  async play(asking: Asking): Promise<void> {
    const { commands, width, pause, rests } = this.plan
    for (const command of openings[this.plan.opening]?.before ?? []) await this.#do(command, asking)
    this.isRough = true
    const underWay = new Set<Promise<void>>()
    for (const command of commands) {
      while (underWay.size >= width) await Promise.race(underWay)
      const done = this.#do(command, asking).finally(() => underWay.delete(done))
      underWay.add(done)
      await sleep(
        this.#random.chance(rests) ? rest + this.#random.below(1_000) : this.#random.below(pause + 1),
      )
    }
    await Promise.all(underWay)
  }

  /** What is broken, when no event is under way. @param items of the table itself, those of `judgedTypes` */
  violations(items: Item[]): string[] {
    const store = new Store(still)
    for (const item of items) {
      const { pk, sk } = item as { pk: string; sk: string }
      if (!sameValue(this.#mirror.item(pk, sk), item))
        throw new Error(`The stream and the table disagree about ${pk} ${sk}`)
      store.put(item)
    }
    const mirrored = [...this.#mirror.items()].filter(({ type }) => judgedTypes.includes(String(type)))
    if (mirrored.length !== items.length)
      throw new Error('The stream and the table disagree about what there is')
    return violationsAtRest(store, this.history)
  }

  async #do(command: Command, asking: Asking): Promise<void> {
    const request = requestFor(command, ++this.#asked, this.#mirror, this.#world)
    if (!request) return this.#tell(`${command.do}: there is nothing that it could be`)
    const email = request.by && this.#emailOf(request.by)
    if (request.by && email === undefined) return
    const what = tellRequest(request)
    this.#tell(`${what} …`)
    const { kind, text } = await asking.ask(request, email)
    this.answers.set(kind, (this.answers.get(kind) ?? 0) + 1)
    this.#tell(`${what} is answered ${kind}`)
    if (kind === '500 internal-error') this.history.violations.push(`500: ${what} answers ${text}`)
    await asking.caughtUp()
  }

  /** Of a user as it is now, if it is still there. */
  #emailOf({ accountId, userId }: NonNullable<Request['by']>): string | undefined {
    const { pk, sk } = keys.user(accountId, userId)
    const user = this.#mirror.item(pk, sk) as UserItem | undefined
    return user?.removed ? undefined : user?.email
  }

  /** The records of its readers are read before a mail is sent: that tells which event it is for. */
  #noteEvent({ functionName, isolate, action, input }: FaultCall): (Doer & { event: string }) | undefined {
    if (!functionName.endsWith('-send-emails')) return undefined
    if (action === 'BatchGetItem') {
      const event = /MAIL#([\w-]+)/.exec(JSON.stringify(input))?.[1]
      if (event) this.#sending.set(isolate, { event, kind: 'effect', ...alive })
      // A mail that asks to confirm an address is about no event.
      else if (JSON.stringify(input).includes('CONFIRMATION#'))
        this.#sending.set(isolate, { event: '', kind: 'effect', ...alive })
    }
    return this.#sending.get(isolate)
  }

  #mailed({ isolate, input }: FaultCall, fault: Fault | undefined) {
    const isLost = fault !== undefined && ('cut' in fault || ('kill' in fault && fault.kill === 'after'))
    if (fault && !('delay' in fault) && !isLost) return
    const by = this.#sending.get(isolate)
    if (!by) throw new Error('A mail is sent without its event having been read')
    const to = String(input['Destination.ToAddresses.member.1'])
    this.#tell(`SES takes a mail to ${to}`)
    this.history.mails.push({ to, event: by.event, by, lost: isLost, recorded: false })
    const token = tokenIn(String(input['Message.Body.Text.Data']))
    if (token !== undefined) this.history.tokens.push(token)
  }

  /** C4: who changes one side's record changes the other's in the same transaction. */
  #checkSides({ action, input }: FaultCall) {
    const changed = keysChangedBy(action, input).filter(({ sk }) => sk.startsWith('PARTNER#'))
    for (const { pk, sk } of changed) {
      const [one, other] = [pk.slice('ACCOUNT#'.length), sk.slice('PARTNER#'.length)]
      const isMirrored = changed.some((key) => key.pk === `ACCOUNT#${other}` && key.sk === `PARTNER#${one}`)
      if (!isMirrored)
        this.history.violations.push(`C4: ${one}'s record of ${other} changes without the other side's`)
    }
  }

  #tell(line: string) {
    this.#began ||= Date.now()
    this.trace.push(`${((Date.now() - this.#began) / 1000).toFixed(3).padStart(7)} ${line}`)
  }
}

/** Whoever works has no end that is known, and no deadline that matters. */
const alive = { ended: undefined, endedAt: 0, deadline: Number.POSITIVE_INFINITY }

const tellFault = (fault: Fault) =>
  'error' in fault ? fault.error.type : JSON.stringify(fault).replace(/[{}"]/g, '')

type Marshalled = Record<string, AttributeValue>
type Part = { Put?: { Item: Marshalled }; Update?: { Key: Marshalled }; Delete?: { Key: Marshalled } }

/** What tells one state of an item that functions of both kinds write from its others. */
const identityOf = ({ pk, sk, type, epoch, version }: Item): string =>
  type === 'contact' ? `${pk} ${sk} ${epoch} ${version}` : `${pk} ${sk}`

/** The contacts that a call puts, and the record of a mail that it says has been sent. */
function itemsPutBy({ action, input }: FaultCall): Item[] {
  if (action === 'PutItem') return [unmarshall(input.Item as Marshalled)]
  if (action === 'UpdateItem' && ':sentAt' in (input.ExpressionAttributeValues as object))
    return [unmarshall(input.Key as Marshalled)]
  if (action !== 'TransactWriteItems') return []
  return (input.TransactItems as Part[]).flatMap(({ Put }) => (Put ? [unmarshall(Put.Item)] : []))
}

function keysChangedBy(action: string, input: FaultCall['input']): { pk: string; sk: string }[] {
  const part = input as { Item?: Marshalled; Key?: Marshalled }
  const parts =
    action === 'TransactWriteItems'
      ? (input.TransactItems as Part[]).flatMap(({ Put, Update, Delete }) => [
          Put?.Item,
          Update?.Key,
          Delete?.Key,
        ])
      : /^(Put|Update|Delete)Item$/.test(action)
        ? [part.Item ?? part.Key]
        : []
  return parts.flatMap((key) => (key ? [unmarshall(key) as { pk: string; sk: string }] : []))
}
