import type { IncomingMessage, ServerResponse } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { deployFiles } from './engines/bucket-deployments.ts'
import { putObject } from './engines/s3-and-sqs.ts'
import { readDistribution } from './http/distribution.ts'
import { gateway } from './http/gateway.ts'
import { readHttpApis } from './http/routes.ts'
import { webServer } from './http/web-server.ts'
import { type DeliveryHooks, type Discard, deliver } from './lambda/delivery.ts'
import { failureObject } from './lambda/failures.ts'
import type { FunctionLog } from './lambda/function-logs.ts'
import { LocalFunction, readFunctions } from './lambda/functions.ts'
import { Isolates } from './lambda/isolates.ts'
import { type Mapping, type QueueMapping, readMappings, readQueueMappings } from './lambda/mappings.ts'
import type { Positions } from './lambda/positions.ts'
import { pollQueue } from './lambda/queue-poller.ts'
import { StreamPoller } from './lambda/stream-poller.ts'
import type { Assembly } from './template/assembly.ts'
import type { ApiName, Resources } from './template/resources.ts'
import { readRoles } from './template/roles.ts'

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What a deployment uses of the machine. */
export type Surroundings = {
  /** The AWS endpoint that functions use. */
  endpoint: string
  /** The engines behind it. */
  dynamodb: string
  s3: string
  sqs: string
  /** The URL of the keys that sign tokens. */
  jwks: string
  /** Replaces deployed addresses in a text by local ones. */
  localized(text: string): string
  positions: Positions
  deliveries: DeliveryHooks
  log(line: string): void
  logFunction: FunctionLog
  onRequest(line: string): void
}

/** After this time without work, the deployment is idle. DynamoDB Local's records arrive some milliseconds late. */
const quietMilliseconds = 100

/** The functions, routes, pages and event source mappings of one synthesis. Another replaces it when sources change. */
export class Deployment {
  readonly functions: Map<string, LocalFunction>
  readonly gateways: Map<ApiName, RequestHandler>
  readonly web: RequestHandler
  readonly #mappings: Mapping[]
  readonly #queueMappings: QueueMapping[]
  readonly #pollers: StreamPoller[] = []
  readonly #polling: Promise<void>[] = []
  readonly #abort = new AbortController()
  readonly #surroundings: Surroundings
  readonly #deployFiles: () => Promise<void>
  readonly #isolates = new Isolates()
  readonly #sweep: NodeJS.Timeout

  /** @throws if the assembly declares something that can't be run as declared */
  constructor(assembly: Assembly, resources: Resources, surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { endpoint, jwks, s3, log, onRequest, localized } = surroundings
    const settings = readFunctions(assembly, resources, { roles: readRoles(resources), endpoint, localized })
    this.functions = new Map(
      settings.map((one) => [
        one.name,
        new LocalFunction(one, {
          isolates: this.#isolates,
          log: (line, toStderr) => surroundings.logFunction(one.name, line, toStderr),
          onAnswer: () => this.#wake(),
        }),
      ]),
    )
    const options = { functions: this.functions, jwks, log, onRequest }
    this.gateways = new Map(readHttpApis(resources).map((api) => [api.name, gateway(api, options)]))
    this.web = webServer(readDistribution(resources, localized), s3)
    this.#deployFiles = () => deployFiles(assembly, resources, { s3, localized })
    const roleOf = new Map(settings.map(({ arn, role }) => [arn, role]))
    this.#mappings = readMappings(resources, roleOf)
    this.#queueMappings = readQueueMappings(resources, roleOf)
    this.#sweep = setInterval(() => this.#isolates.endIdle(), 5000).unref()
  }

  /** Deploys the files of the pages, and begins to read streams and queues. */
  async start() {
    await this.#deployFiles()
    for (const mapping of this.#mappings) {
      const poller = this.#poller(mapping)
      this.#pollers.push(poller)
      this.#polling.push(poller.run())
    }
    const { sqs, log } = this.#surroundings
    const { signal } = this.#abort
    for (const mapping of this.#queueMappings)
      this.#polling.push(pollQueue({ sqs, mapping, target: this.#functionOf(mapping), signal, log }))
  }

  /** Resolves when no stream record is undelivered and no function is running. */
  async idle(): Promise<void> {
    for (let before = -1; before !== this.#work(); ) {
      before = this.#work()
      await sleep(quietMilliseconds)
      while ([...this.functions.values()].some(({ running }) => running > 0)) await sleep(5)
      await Promise.all(this.#pollers.map((poller) => this.#emptyRound(poller)))
    }
  }

  /** Stops reading streams and queues. Resolves when the last running request has ended. */
  async drain(): Promise<void> {
    this.#abort.abort()
    await Promise.all(this.#polling)
    while ([...this.functions.values()].some(({ running }) => running > 0)) await sleep(5)
  }

  /** Ends everything at once. */
  async stop(): Promise<void> {
    clearInterval(this.#sweep)
    this.#abort.abort()
    await this.#isolates.stop()
    await Promise.all(this.#polling)
  }

  #functionOf({ functionArn }: { functionArn: string }): LocalFunction {
    const target = [...this.functions.values()].find(({ settings }) => settings.arn === functionArn)
    if (!target) throw new Error(`A mapping invokes ${functionArn}, which does not exist.`)
    return target
  }

  #poller(mapping: Mapping): StreamPoller {
    const { dynamodb, positions, deliveries: hooks, log } = this.#surroundings
    const { signal } = this.#abort
    const target = this.#functionOf(mapping)
    return new StreamPoller({
      dynamodb,
      mapping,
      positions,
      deliver: (shardId, batch) => {
        const discard = (discarded: Discard) => this.#discard(mapping, shardId, discarded)
        return deliver(batch, { mapping, target, hooks, discard, signal })
      },
      signal,
      log,
    })
  }

  async #discard(mapping: Mapping, shardId: string, discarded: Discard): Promise<void> {
    const { s3, log } = this.#surroundings
    const { failureBucket } = mapping
    const { name } = this.#functionOf(mapping).settings
    const { key, body } = failureObject(mapping, shardId, discarded)
    const path = `${failureBucket}/${key}`
    const stored = failureBucket ? ` They are in S3: ${path}` : ''
    log(`[${name}] ${discarded.arrivals.length} records discarded: ${discarded.condition}.${stored}`)
    if (failureBucket) await putObject(s3, path, { body, headers: { 'content-type': 'application/json' } })
  }

  /** Waits for the second empty round from now: the first may have begun before. */
  async #emptyRound(poller: StreamPoller): Promise<void> {
    poller.wake()
    const until = poller.emptyRounds + 2
    while (poller.emptyRounds < until && !this.#abort.signal.aborted) await sleep(5)
  }

  /** A number that grows with every invocation and every record. */
  #work(): number {
    const invoked = [...this.functions.values()].reduce((sum, { invoked }) => sum + invoked, 0)
    return this.#pollers.reduce((sum, { read }) => sum + read, invoked)
  }

  /** Called after each invocation, which may have written to the table. */
  #wake() {
    for (const poller of this.#pollers) poller.wake()
  }
}
