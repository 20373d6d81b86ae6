import { randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { seedingAt } from '../kit/seeding.ts'
import { type Signing, signed } from '../kit/signed.ts'
import { Tokens } from '../kit/tokens.ts'
import { type Person, populate } from './accounts.ts'
import { type Document, operationsOf } from './document.ts'
import { fuzz, type Outcome } from './fuzz.ts'
import { tokenMutations } from './mutations.ts'
import type { Wire } from './request.ts'
import { type Answer, parsed } from './rules.ts'
import { route } from './wire.ts'

/** What a running stack says of itself. */
export type Addresses = { api: string; token: string; dynamodb: string; directory: Signing & { url: string } }

/** Sends requests to a running stack; what it describes itself by is where they are made from. */
export async function fuzzOverHttp(
  { api, token, dynamodb, directory }: Addresses,
  options: { seed: number; requests: number },
): Promise<Outcome> {
  const agent = new Agent({ keepAlive: true })
  const document = (await (await fetch(`${api}/v1/openapi.json`)).json()) as Document
  const operations = operationsOf(document)
  const tokens = new Tokens(token)
  const bearers = new Map<string, string>()

  const { known, people } = await populate(
    randomUUID().slice(0, 8),
    await seedingAt(dynamodb),
    async (by, method, target, content) => {
      const authorization = `Bearer ${await tokens.of(by.email)}`
      bearers.set(by.email, authorization)
      const headers = { authorization, 'content-type': 'application/json' }
      const body = content && Buffer.from(JSON.stringify(content))
      const answer = await send(agent, api, { method, target, headers, body })
      if (answer.status >= 300) throw new Error(`${method} ${target}: ${answer.body}`)
      return parsed(answer.body || '{}') as never
    },
  )

  /** Where a request goes: the directory has an address of its own. */
  const baseOf = (wire: Wire) =>
    route(wire, operations)?.operation.access === 'signature' ? directory.url : api

  const outcome = await fuzz(
    {
      document,
      known,
      mutate: (sent, random) => {
        const { draft, wire } = sent
        const isHosts = baseOf(wire) === directory.url
        Object.assign(
          wire.headers,
          isHosts
            ? signed(wire.method, directory.url + wire.target, wire.body ?? '', directory)
            : { authorization: bearers.get((people.get(draft.caller) as Person).email) },
        )
        if (!random.chance(0.06)) return
        const name = random.pick(Object.keys(tokenMutations))
        draft.mutations.push(name)
        tokenMutations[name]?.(wire, random)
      },
      send: async ({ wire }) => ({ answer: await send(agent, baseOf(wire), wire) }),
      shown: ({ wire }) => curl(baseOf(wire), wire),
    },
    options,
  )
  agent.destroy()
  return outcome
}

/** Sends it as it is spelled: fetch would put addresses and headers right first. */
function send(agent: Agent, base: string, { method, target, headers, body }: Wire): Promise<Answer> {
  const { hostname, port } = new URL(base)
  const { promise, resolve, reject } = Promise.withResolvers<Answer>()
  const sent = request({ agent, hostname, port, method, path: target, headers }, async (response) => {
    try {
      const told = Object.entries(response.headers).map(([name, value]) => [name, String(value)])
      const chunks = await response.toArray()
      const text = Buffer.concat(chunks).toString()
      resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(told), body: text })
    } catch (error) {
      reject(error)
    }
  })
  sent.on('error', reject)
  if (body) sent.setHeader('content-length', body.length)
  sent.end(body)
  return promise
}

/** The request as one may type it, a body that is no text in base64. */
function curl(base: string, { method, target, headers, body }: Wire): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`
  const given = Object.entries(headers).flatMap(([name, value]) => ['-H', quoted(`${name}: ${value}`)])
  const command = ['curl', '-sS', '--path-as-is', '-g', '-X', method, ...given]
  if (!body) return [...command, quoted(base + target)].join(' ')
  const piped = `printf %s ${body.toString('base64')} | base64 -d |`
  return [piped, ...command, '--data-binary', '@-', quoted(base + target)].join(' ')
}
