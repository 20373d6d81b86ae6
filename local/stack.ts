import { mkdirSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { dirname, join } from 'node:path'
import { startDemo } from './demo.ts'
import { Deployment, type RequestHandler, type Surroundings } from './deployment.ts'
import { awsProxy, type Fault, type FaultCall, operator } from './endpoint/proxy.ts'
import { keepDynamoRunning } from './engines/database.ts'
import { startMailServer } from './engines/mail-server.ts'
import { choosePorts, host, listen } from './engines/ports.ts'
import { replaceFile } from './engines/replace-file.ts'
import { startS3AndSqs } from './engines/s3-and-sqs.ts'
import { checkTables, createTables, tableDeclarations } from './engines/tables.ts'
import { directoryKey } from './http/signatures.ts'
import type { DeliveryHooks } from './lambda/delivery.ts'
import type { FunctionLog } from './lambda/function-logs.ts'
import { Hooks } from './lambda/hooks.ts'
import { Positions } from './lambda/positions.ts'
import { type Assembly, readAssembly } from './template/assembly.ts'
import { ofType, type Resources, resolveResources } from './template/resources.ts'

export type StackOptions = {
  /** The synthesized assembly's folder. */
  assembly: string
  /** Creates the assembly while engines start. Left out if the assembly exists. */
  synthesize?(): Promise<void>
  /** The port of the API; the others follow it. 0: any free ports. */
  port: number
  /** The folder for the database, stream positions and objects of S3. Without it, all is in memory. */
  data?: string
  seed: 'demo' | 'none'
  /** The program with the demo accounts and the sign-in. */
  demo: string
  /** The file to write the addresses to when all is ready. */
  stackFile?: string
  log(line: string): void
  /** Called with each line that functions print. By default, `log` gets it with the function's name. */
  logFunction?: FunctionLog
  /** Called with a line for each request that the HTTP APIs have answered. */
  onRequest?(line: string): void
  /** Called if an engine or the demo ends by itself. */
  onCrash(error: Error): void
}

/** The addresses and keys that are written to the stack file for other programs. */
export type Addresses = {
  /** The pages. */
  web: string
  /** The API, to which `/v1` is added. */
  api: string
  /** The HTTP API for the host product's back end, and the key to sign requests with. */
  directory: { url: string; region: string; accessKeyId: string; secretAccessKey: string }
  /** The mail server, whose `/store` lists the sent e-mails. */
  mail: string
  /** The OAuth 2 token endpoint. */
  token: string
  jwks: string
  /** DynamoDB Local itself, without role checks. */
  dynamodb: string
  /** The AWS endpoint, and an operator's key, which has every permission. */
  aws: { endpoint: string; region: string; accessKeyId: string; secretAccessKey: string }
  pid: number
}

export type Stack = Addresses & {
  /** Lines that the demo wants printed. */
  notes: string[]
  /** Each is called with every call of a function to AWS, and can make it fail. */
  faults: Hooks<[FaultCall], Fault>
  /** Each is called with every batch that was delivered, and can have it delivered again. */
  deliveries: DeliveryHooks
  /** Resolves when no stream record is undelivered and no function is running. */
  idle(): Promise<void>
  /** Replaces functions, routes and mappings. Tables stay. Returns whether they are still declared as created. */
  reload(): Promise<{ sameTables: boolean }>
  stop(): Promise<void>
}

/**
 * Runs a synthesized assembly on this machine. Resolves when all of it is ready. After an error, stops what it has
 * started and throws with a message for users.
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const stops: (() => Promise<unknown>)[] = []
  const stop = async () => {
    // A failure must not leave the others running.
    for (let one = stops.pop(); one; one = stops.pop()) await one().catch(() => {})
  }
  try {
    return await start(options, stops, stop)
  } catch (error) {
    await stop()
    throw error
  }
}

async function start(options: StackOptions, stops: (() => Promise<unknown>)[], stop: () => Promise<void>) {
  const { data, log, onCrash } = options
  const ports = await choosePorts(options.port)
  const url = (name: keyof typeof ports) => `http://${host}:${ports[name]}`
  const read = () => {
    const assembly = readAssembly(options.assembly)
    return { assembly, resources: resolveResources(assembly, url) }
  }
  const faults: Stack['faults'] = new Hooks()
  const deliveries: DeliveryHooks = new Hooks()

  let restore = async (error: Error): Promise<void> => {
    throw error
  }

  // These need no template, and start while it is created.
  const starting = [
    keepDynamoRunning(ports.dynamodb, data, { log, onCrash, onRestart: (error) => restore(error) }),
    startMailServer(ports.mail),
  ]
  const synthesized = options.synthesize?.()
  synthesized?.catch(() => {})
  for (const engine of await Promise.allSettled(starting)) {
    if (engine.status === 'fulfilled') stops.push(engine.value.stop)
  }
  await Promise.all([...starting, synthesized])
  const first = read()
  checkTables(first.resources, data)
  const place = placeOf(first.assembly)
  const buckets = ofType(first.resources, 'AWS::S3::Bucket').map(({ ref }) => ref)
  const queues = ofType(first.resources, 'AWS::SQS::Queue')
  const s3AndSqs = await startS3AndSqs(ports.s3, { buckets, queues, region: place.region }, data)
  stops.push(s3AndSqs.stop)
  await createTables(url('dynamodb'), first.resources, data)

  const demo = await startDemo(options.demo, {
    env: {
      ...signIn(first.resources),
      TABLE_NAME: ofType(first.resources, 'AWS::DynamoDB::Table')[0]?.ref ?? '',
      AWS_ENDPOINT_URL_DYNAMODB: url('dynamodb'),
      AWS_REGION: place.region,
      AWS_ACCESS_KEY_ID: operator.accessKeyId,
      AWS_SECRET_ACCESS_KEY: operator.secretAccessKey,
      TOKEN_PORT: String(ports.token),
      SEED: options.seed,
      API_URL: url('api'),
      MAIL_URL: url('mail'),
    },
    log,
    onCrash,
  })
  stops.push(demo.stop)
  restore = async ({ message }) => {
    if (data) return log(`${message} It runs again, with the data in ${data}.`)
    await createTables(url('dynamodb'), first.resources)
    await demo.seed()
    log(
      `${message} It runs again. It was in memory, so all data is lost, and the accounts are those of the start.`,
    )
  }

  const { JWT_ISSUER: issuer } = signIn(first.resources)
  const linksBegin = first.resources.outputs.find(({ key }) => key === 'LinksBegin')?.value ?? url('web')
  const surroundings: Surroundings = {
    endpoint: url('aws'),
    dynamodb: url('dynamodb'),
    s3: url('s3'),
    sqs: url('s3'),
    jwks: demo.jwks,
    localized: (text) =>
      text
        .replaceAll(issuer, url('token'))
        .replaceAll(new URL(issuer).origin, url('token'))
        .replaceAll(linksBegin, url('web')),
    positions: new Positions(data && join(data, 'positions.json')),
    deliveries,
    log,
    logFunction: options.logFunction ?? ((name, line) => log(`[${name}] ${line}`)),
    onRequest: options.onRequest ?? (() => {}),
  }
  let deployment = new Deployment(first.assembly, first.resources, surroundings)
  let { resources } = first
  const world = () => ({ place, functions: deployment.functions, resources })
  const engines = { dynamodb: url('dynamodb'), ses: url('mail'), s3: url('s3'), sqs: url('s3') }
  const proxy = awsProxy({ world, engines, faults, log })
  stops.push(async () => proxy.stop())
  stops.push(await serve(ports.aws, proxy.handle, log))
  stops.push(() => deployment.stop())
  await deployment.start()
  for (const name of deployment.gateways.keys()) {
    const handle: RequestHandler = async (...exchange) => deployment.gateways.get(name)?.(...exchange)
    stops.push(await serve(ports[name], handle, log))
  }
  stops.push(await serve(ports.web, (...exchange) => deployment.web(...exchange), log))

  const addresses: Addresses = {
    web: url('web'),
    api: url('api'),
    directory: { url: url('directory'), region: place.region, ...directoryKey },
    mail: url('mail'),
    token: demo.token,
    jwks: demo.jwks,
    dynamodb: url('dynamodb'),
    aws: { endpoint: url('aws'), region: place.region, ...operator },
    pid: process.pid,
  }
  const { stackFile } = options
  if (stackFile) {
    mkdirSync(dirname(stackFile), { recursive: true })
    replaceFile(stackFile, `${JSON.stringify(addresses, null, 2)}\n`)
    stops.push(async () => rmSync(stackFile, { force: true }))
  }

  return {
    ...addresses,
    notes: demo.notes,
    faults,
    deliveries,
    idle: () => deployment.idle(),
    reload: async () => {
      const synthesis = read()
      const next = new Deployment(synthesis.assembly, synthesis.resources, surroundings)
      const before = deployment
      // Both at once would deliver the same records twice.
      await before.drain()
      deployment = next
      resources = synthesis.resources
      await next.start()
      await before.stop()
      return { sameTables: tableDeclarations(resources) === tableDeclarations(first.resources) }
    },
    stop,
  }
}

/** The region and account of all stacks, since the endpoint stands for one of each. */
function placeOf({ stacks }: Assembly): { region: string; account: string } {
  const [first, ...others] = stacks
  if (!first) throw new Error('The assembly has no stack.')
  const { region, account } = first
  if (others.some((one) => one.region !== region || one.account !== account)) {
    throw new Error('The stacks of this assembly are in different regions or accounts.')
  }
  return { region, account }
}

/** The issuer and audience that the template's JWT authorizer requires. */
function signIn(resources: Resources): { JWT_ISSUER: string; JWT_AUDIENCE: string } {
  const [authorizer] = ofType(resources, 'AWS::ApiGatewayV2::Authorizer')
  const { Issuer = '', Audience = [] } = (authorizer?.properties.JwtConfiguration ?? {}) as {
    Issuer?: string
    Audience?: string[]
  }
  return { JWT_ISSUER: Issuer, JWT_AUDIENCE: Audience[0] ?? '' }
}

/** @returns a function that stops the server */
async function serve(port: number, handle: RequestHandler, log: (line: string) => void) {
  const server = createServer((request, response) => {
    handle(request, response).catch((error: Error) => {
      // The caller is gone, for example an isolate that was ended.
      if (!request.complete) return
      log(`${request.method} ${request.url}: ${error.stack}`)
      if (!response.headersSent) response.writeHead(500)
      response.end()
    })
  })
  await listen(server, port)
  return () => {
    server.closeAllConnections()
    return new Promise((resolve) => server.close(resolve))
  }
}
