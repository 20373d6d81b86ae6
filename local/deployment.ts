import { setTimeout as sleep } from 'node:timers/promises'
import { deployFiles } from './engines/bucket-deployments.ts'
import { putObject } from './engines/engines.ts'
import { readDistribution } from './http/distribution.ts'
import { Gateway } from './http/gateway.ts'
import { readHttpApis } from './http/routes.ts'
import { WebServer } from './http/web-server.ts'
import { Delivery, type DeliveryHooks } from './lambda/delivery.ts'
import { failureObject } from './lambda/failures.ts'
import type { FunctionLog } from './lambda/function-logs.ts'
import { LocalFunction, readFunctions } from './lambda/functions.ts'
import { Isolates } from './lambda/isolates.ts'
import { type Mapping, type QueueMapping, readMappings, readQueueMappings } from './lambda/mappings.ts'
import type { Positions } from './lambda/positions.ts'
import { QueuePoller } from './lambda/queue-poller.ts'
import { StreamPoller } from './lambda/stream-poller.ts'
import type { Assembly } from './template/assembly.ts'
import type { ApiName, Resources } from './template/resources.ts'
import { readRoles } from './template/roles.ts'

/** What a deployment finds on the machine. */
export type Surroundings = {
  /** The AWS endpoint that functions use. */
  endpoint: string
  /** The engines behind it. */
  dynamodb: string
  s3: string
  sqs: string
  /** Where the keys are that tokens are signed with. */
  jwks: string
  /** Pages and functions are told the addresses that are other ones here. */
  localized(text: string): string
  positions: Positions
  deliveries: DeliveryHooks
  log(line: string): void
  logFunction: FunctionLog
  onRequest(line: string): void
}

/** How long no work may be seen until there is none: DynamoDB Local's records arrive some milliseconds late. */
const quietMilliseconds = 100

/** The functions, routes, pages and stream mappings of one synthesis. Another takes its place when sources change. */
export class Deployment {
  readonly functions: Map<string, LocalFunction>
  readonly gateways: Map<ApiName, Gateway>
  readonly web: WebServer
  readonly #mappings: Mapping[]
  readonly #queueMappings: QueueMapping[]
  readonly #pollers: StreamPoller[] = []
  readonly #polling: Promise<void>[] = []
  readonly #abort = new AbortController()
  readonly #surroundings: Surroundings
  readonly #deployFiles: () => Promise<void>
  readonly #isolates = new Isolates()
  readonly #sweep: NodeJS.Timeout

  /** @throws where the assembly declares what can't be run as declared */
  constructor(assembly: Assembly, resources: Resources, surroundings: Surroundings) {
    this.#surroundings = surroundings
    const { endpoint, jwks, s3, log, onRequest, localized } = surroundings
    const settings = readFunctions(assembly, resources, readRoles(resources), endpoint, localized)
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
    this.gateways = new Map(
      readHttpApis(resources).map((api) => [
        api.name,
        new Gateway(api, [...this.functions.values()], { jwks, log, onRequest }),
      ]),
    )
    this.web = new WebServer(readDistribution(resources, localized), s3)
    this.#deployFiles = () => deployFiles(assembly, resources, s3, localized)
    const roleOf = new Map(settings.map(({ arn, role }) => [arn, role]))
    this.#mappings = readMappings(resources, roleOf)
    this.#queueMappings = readQueueMappings(resources, roleOf)
    this.#sweep = setInterval(() => this.#isolates.endIdle(), 5000).unref()
  }

  /** Puts the files of the pages where they are served from, and begins to read the streams and queues. */
  async start() {
    await this.#deployFiles()
    for (const mapping of this.#mappings) {
      const poller = this.#poller(mapping)
      this.#pollers.push(poller)
      this.#polling.push(poller.run())
    }
    const { sqs, log } = this.#surroundings
    for (const mapping of this.#queueMappings) {
      const poller = new QueuePoller(sqs, mapping, this.#functionOf(mapping), this.#abort.signal, log)
      this.#polling.push(poller.run())
    }
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

  /** Stops reading the streams; resolves when the last running request has come to its end. */
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
    if (!target) throw new Error(`A mapping invokes ${functionArn}, which is not there.`)
    return target
  }

  #poller(mapping: Mapping): StreamPoller {
    const { dynamodb, positions, deliveries, log } = this.#surroundings
    const target = this.#functionOf(mapping)
    const deliveryFor = (shardId: string) => {
      const discard = async (discarded: Parameters<typeof failureObject>[2]) => {
        const { key, body } = failureObject(mapping, shardId, discarded)
        const { name } = target.settings
        const kept = mapping.failureBucket ? ` They are in S3: ${mapping.failureBucket}/${key}` : ''
        log(`[${name}] ${discarded.arrivals.length} records discarded: ${discarded.condition}.${kept}`)
        if (mapping.failureBucket) {
          const headers = { 'content-type': 'application/json' }
          await putObject(this.#surroundings.s3, mapping.failureBucket, key, body, headers)
        }
      }
      return new Delivery(mapping, target, deliveries, discard, this.#abort.signal)
    }
    return new StreamPoller(dynamodb, mapping, positions, deliveryFor, this.#abort.signal, log)
  }

  /** The second one from now: the first may have begun before. */
  async #emptyRound(poller: StreamPoller): Promise<void> {
    poller.wake()
    const until = poller.emptyRounds + 2
    while (poller.emptyRounds < until && !this.#abort.signal.aborted) await sleep(5)
  }

  /** Grows with everything that is done. */
  #work(): number {
    const invoked = [...this.functions.values()].reduce((sum, { invoked }) => sum + invoked, 0)
    return this.#pollers.reduce((sum, { read }) => sum + read, invoked)
  }

  /** A function that ran may have written. */
  #wake() {
    for (const poller of this.#pollers) poller.wake()
  }
}
