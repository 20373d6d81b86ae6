import { SESClient, type SendEmailCommand } from '@aws-sdk/client-ses'
import { SQSClient } from '@aws-sdk/client-sqs'
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb'
import { actionEvent } from '../kit/gateway-event.ts'
import { Random } from '../kit/random.ts'
import { type Change, Store } from '../kit/store.ts'
import { itemsOf } from './accounts.ts'
import { violationsAtRest } from './checks.ts'
import { type Action, type Command, requestFor, someCommands, tellRequest, tokenIn } from './commands.ts'
import { History } from './history.ts'
import { hostedBy } from './host.ts'
import { Invocation } from './invocation.ts'
import { Machine, type Step, type Witness } from './machine.ts'
import { names, openings } from './openings.ts'
import { Queue, type QueueInput } from './queue.ts'
import { type Handler, Stream } from './streams.ts'
import { type FaultKind, someWeather, type Weather } from './weather.ts'

/** All that a run is made from; the same gives the same. */
export type Plan = {
  seed: number
  opening: number
  commands: Command[]
  weather: Weather
  /** Most commands at once. */
  width: number
  /** How often commands come, against other steps. */
  haste: number
  /** Most milliseconds between two commands. */
  pause: number
}

export type Run = {
  violations: string[]
  steps: number
  faults: Map<FaultKind, number>
}

/** The product's own functions. */
export type Functions = { actions: Record<Action, Handler>; syncContacts: Handler; sendEmails: Handler }

/** Where runs begin: accounts with their users, and what has happened between them. */
type Opening = { accounts: string[]; store: Store; history: History; now: number }

const began = Date.parse('2026-11-23T12:00:00.000Z')

const calm: Weather = {
  faultRate: 0,
  faults: 0,
  kinds: new Set(),
  hangs: 0,
  pieces: 0,
  skew: 0,
  lag: 0,
  slowness: 0,
}

/** What is random about a run, from its seed. */
export function planOf(seed: number): Plan {
  const random = new Random(seed)
  const opening = random.below(openings.length)
  const accounts = openings[opening]?.accounts.length ?? 0
  return {
    seed,
    opening,
    commands: someCommands(random, accounts),
    weather: someWeather(random),
    width: 1 + random.below(4),
    haste: random.pick([3, 1, 0.2]),
    pause: random.pick([0, 0, 500, 6_000, 6_000, 20_000]),
  }
}

/** Runs plans on the product's functions. */
export class Simulation {
  readonly #functions: Functions
  readonly #openings: Opening[] = []
  #machine: Machine | undefined

  private constructor(functions: Functions, db: DynamoDBDocumentClient) {
    this.#functions = functions
    const machine = () => {
      if (!this.#machine) throw new Error('No run is under way')
      return this.#machine
    }
    Object.assign(db, { send: (command: object) => machine().send(command) })
    const send = ({ input }: SendEmailCommand) =>
      machine().sendMail({
        to: input.Destination?.ToAddresses?.[0] ?? '',
        text: input.Message?.Body?.Text?.Data ?? '',
      })
    Object.assign(SESClient.prototype, { send })
    const putOff = ({ input }: { input: QueueInput }) => machine().sendToQueue(input)
    Object.assign(SQSClient.prototype, { send: putOff })
  }

  /** Takes the place of the product's clients, and makes the openings. */
  static async of(functions: Functions, db: DynamoDBDocumentClient): Promise<Simulation> {
    const simulation = new Simulation(functions, db)
    for (const [index, { accounts, before }] of openings.entries()) {
      const seeded = seed(accounts)
      simulation.#openings[index] = seeded
      const plan = {
        seed: index,
        opening: index,
        commands: before,
        weather: calm,
        width: 1,
        haste: 1,
        pause: 20_000,
      }
      const machine = await simulation.#play(plan, seeded.history, seeded)
      simulation.#openings[index] = { ...seeded, store: machine.store, now: machine.now + 60_000 }
    }
    return simulation
  }

  /** @param trace is given the run's history, line by line */
  async run(plan: Plan, trace?: string[]): Promise<Run> {
    const opening = this.#openings[plan.opening]
    if (!opening) throw new Error(`There is no opening ${plan.opening}`)
    const history = new History(opening.history)
    const machine = await this.#play(plan, history, opening, trace)
    return {
      violations: violationsAtRest(machine.store, history),
      steps: machine.steps,
      faults: machine.faults,
    }
  }

  async #play(plan: Plan, history: History, opening: Opening, trace?: string[]): Promise<Machine> {
    const { seed, weather } = plan
    const streams: Stream[] = []
    const queues: Queue[] = []
    const commander = new Commander(plan, opening.accounts, this.#functions.actions, history)
    const witness: Witness = {
      changed: (change, by, now) => {
        history.changed(change, by, now)
        for (const stream of streams) stream.changed(change)
      },
      committed: (transaction) => history.committed(transaction),
      mailed: ({ text, ...mail }) => {
        history.mails.push({ ...mail, recorded: false })
        const token = tokenIn(text)
        if (token !== undefined) history.tokens.push(token)
      },
      troubles: [
        { kind: 'function killed', strike: () => kill(machine) },
        { kind: 'batch delivered again while in work', strike: () => machine.random.pick(streams).abandon() },
        { kind: 'shard split', strike: () => machine.random.pick(streams).split() },
        { kind: 'time passes', strike: () => machine.leap(8_000) },
      ],
      idle: () => [...streams, ...queues].filter((one) => one.redrive()).length > 0,
    }
    const machine: Machine = new Machine(
      { seed, weather, now: opening.now, store: opening.store, trace },
      witness,
    )
    this.#machine = machine
    hostedBy(machine)
    for (const mapping of mappings(this.#functions)) {
      const queue = new Queue(machine, mapping)
      queues.push(queue)
      streams.push(new Stream(machine, mapping, queue))
    }
    commander.join(machine)
    await machine.run()
    return machine
  }
}

function kill(machine: Machine): boolean {
  if (machine.running.size === 0) return false
  const victim = machine.random.pick([...machine.running])
  machine.tell(() => `#${victim.id} dies`)
  victim.kill()
  return true
}

/** As in infra/stream-function.ts, but for smaller batches and fewer tries. */
const mappings = ({ syncContacts, sendEmails }: Functions) => [
  {
    name: 'sync-contacts',
    handler: syncContacts,
    wakes: ({ next }: Change) =>
      (next?.type === 'user' && next.hostVersionOnly === undefined) ||
      next?.type === 'copy' ||
      (next?.type === 'partnership' && next.endedAt === undefined),
    batchSize: 4,
    retries: 2,
  },
  {
    name: 'send-emails',
    handler: sendEmails,
    wakes: ({ old, next }: Change) =>
      (!old && next?.type === 'event' && next.mail !== undefined) ||
      (next?.type === 'confirmation' && next.digest === undefined),
    batchSize: 3,
    retries: 2,
  },
]

/** Has the plan's commands done, in their order, several at once. */
class Commander implements Step {
  readonly speed: number
  due = 0
  readonly #plan: Plan
  readonly #accounts: string[]
  readonly #actions: Functions['actions']
  readonly #history: History
  #machine: Machine | undefined
  #next = 0
  #underWay = 0

  constructor(plan: Plan, accounts: string[], actions: Functions['actions'], history: History) {
    this.speed = plan.haste
    this.#plan = plan
    this.#accounts = accounts
    this.#actions = actions
    this.#history = history
  }

  join(machine: Machine) {
    this.#machine = machine
    machine.add(this)
  }

  ready() {
    return this.#underWay < this.#plan.width
  }

  take() {
    const machine = this.#machine
    const command = this.#plan.commands[this.#next]
    if (!machine) return
    if (!command) return machine.forget(this)
    const { tokens } = this.#history
    const world = { accounts: this.#accounts, domain: 'somewhere.example', tokens }
    const request = requestFor(command, ++this.#next, machine.store, world)
    this.due = machine.now + machine.random.below(this.#plan.pause + 1)
    if (!request) return
    const { action } = request
    const { token } = (request.body ?? {}) as { token?: string }
    const isReplaced = token !== undefined && this.#history.isReplaced(token, machine.now)
    this.#underWay++
    const invocation = new Invocation(machine, 'action', (result) => {
      this.#underWay--
      const { statusCode, body } = (result ?? {}) as { statusCode?: number; body?: string }
      machine.tell(() => `${action} answers ${statusCode ?? 'nothing'}`)
      if (isReplaced && statusCode === 204)
        this.#history.violations.push('link: it confirmed an address after the host had put the user')
      if (statusCode === 500) this.#history.violations.push(`500: ${action} answers ${body}`)
    })
    invocation.start(
      (context) => this.#actions[action](actionEvent(action, request), context),
      () => tellRequest(request),
    )
  }
}

/** Accounts with so many users each, the first of them an administrator. */
function seed(sizes: number[]): Opening {
  const history = new History()
  const store = new Store({
    changed: (change) => history.changed(change, undefined, began),
    lag: () => 0,
    now: () => began,
    cut: (count) => count,
  })
  const accounts = sizes.map((size, index) => {
    const accountId = names[index] ?? ''
    for (const item of itemsOf(accountId, size, began)) store.put(item)
    return accountId
  })
  return { accounts, store, history, now: began }
}
