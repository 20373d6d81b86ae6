import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { dataOf, isProblem, itemsOf, once, partnerAccounts, Refused } from '../../client/index.ts'
import { as, eventually, signIn } from './api.ts'
import { acme, ada, addUser, bill, bo, globex, max, reset } from './relationship.ts'

const client = join(import.meta.dirname, '../../client')
const baseUrl = inject('stack').api.replace(/\/$/, '')

describe('the typed client', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('gives a refusal as a value with a code', async () => {
    const { data, error, response } = await as(max).POST('/v1/invitations', { body: { email: bo } })
    expect([data, response.status]).toEqual([undefined, 403])
    expect(isProblem(error) && error.code).toBe('not-an-administrator')
  })

  it('throws it, with its problem, where data is asked for', async () => {
    const refused = await as(max)
      .GET('/v1/partners/{accountId}', { params: { path: { accountId: globex.id } } })
      .then(dataOf)
      .catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(Refused)
    expect(refused).toMatchObject({
      status: 404,
      problem: { code: 'not-found', type: '/problems/not-found' },
    })
  })

  it('tells what the gateway refuses from a problem', async () => {
    const nobody = partnerAccounts({ baseUrl, token: () => undefined })
    const answer = await nobody.GET('/v1/me')
    expect([answer.response.status, isProblem(answer.error)]).toEqual([401, false])
    expect(() => dataOf(answer)).toThrow(expect.objectContaining({ status: 401, problem: undefined }))
  })

  it('asks for a token for each request', async () => {
    const users = [ada, max]
    const each = partnerAccounts({ baseUrl, token: () => signIn(users.shift() ?? bo) })
    const seen = [dataOf(await each.GET('/v1/me')), dataOf(await each.GET('/v1/me'))]
    expect(seen.map(({ user }) => user.email)).toEqual([ada, max])
  })

  it('reads a list page after page, each item once, and no further than it is asked', async () => {
    for (let n = 0; n < 3; n++) await addUser(acme)
    await eventually(async () => {
      const cursors: (string | undefined)[] = []
      const users = itemsOf((cursor) => {
        cursors.push(cursor)
        return as(ada).GET('/v1/users', { params: { query: { limit: 2, cursor } } })
      })
      const emails: string[] = []
      for await (const { email } of users) emails.push(email)
      expect([emails.length, new Set(emails).size, cursors.length]).toEqual([6, 6, 3])
      cursors.length = 0
      for await (const _ of itemsOf((cursor) => {
        cursors.push(cursor)
        return as(ada).GET('/v1/users', { params: { query: { limit: 2, cursor } } })
      }))
        break
      expect(cursors).toEqual([undefined])
    })
  })

  it('makes the same once, however often it is sent, and another with another key', async () => {
    const params = { header: once() }
    const send = (header = params.header) =>
      as(ada).POST('/v1/invitations', { params: { header }, body: { email: bo } })
    const [first, again] = [dataOf(await send()), dataOf(await send())]
    expect(again).toEqual(first)
    const { error } = await send(once())
    expect(isProblem(error) && error.code).toBe('invitation-pending')
  })
})

describe('the example in its README', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('has 20 lines at most, and invites and lists', async () => {
    const readme = await readFile(join(client, 'README.md'), 'utf8')
    const example = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
    expect(example.trimEnd().split('\n').length).toBeLessThanOrEqual(20)
    const folder = await mkdtemp(join(client, 'example-'))
    try {
      const file = join(folder, 'example.ts')
      const here = example.replace('partner-accounts-client', '../index.ts').replace('bo@globex.example', bo)
      await writeFile(file, here)
      const env = { ...process.env, API_URL: baseUrl, ACCESS_TOKEN: await signIn(ada) }
      const run = async () =>
        (await promisify(execFile)(process.execPath, [file], { env })).stdout.trim().split('\n')
      const own = [`Ada Lind <${ada}>`, `Bill Berg <${bill}>`, `Max Holm <${max}>`]
      expect(await run()).toEqual([`Invited ${bo}.`, ...own])
      expect((await run())[0]).toMatch(/^invitation-pending: .*\.$/)
    } finally {
      await rm(folder, { recursive: true })
    }
    const received = dataOf(
      await as(bo).GET('/v1/invitations', { params: { query: { direction: 'received' } } }),
    )
    expect(received.items.map(({ sender }) => sender.accountId)).toEqual([acme.id])
  })
})
