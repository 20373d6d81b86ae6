import { beforeAll, describe, expect, inject, it } from 'vitest'
import { routes } from '../../shared/contract/actions.ts'
import { answered, call, signIn } from './api.ts'
import { acme, ada, bo, globex, makePartners, max, reset } from './relationship.ts'

const { api, web } = inject('stack')

/** Headers that are of one answer, or of a connection. */
const ofTheMoment = [
  ...[
    'apigw-requestid',
    'connection',
    'content-length',
    'date',
    'keep-alive',
    'transfer-encoding',
    'x-request-id',
  ],
]

async function ask(base: string, path: string, init: RequestInit) {
  const authorization = `Bearer ${await signIn(max)}`
  const response = await fetch(new URL(path, base), { ...init, headers: { authorization, ...init.headers } })
  const headers = [...response.headers].filter(([name]) => !ofTheMoment.includes(name))
  return { status: response.status, headers: Object.fromEntries(headers), text: await response.text() }
}

describe('HTTP as RFC 9110 has it', () => {
  beforeAll(async () => {
    await reset()
    await makePartners(ada, bo)
  }, 120_000)

  const paths = Object.values(routes).flatMap(({ method, path, access }) =>
    method === 'GET' && access !== 'host' ? [path] : [],
  )
  const queries: Record<string, string> = { '/v1/invitations': '?direction=sent' }

  it.each(paths)('HEAD %s has the status and headers of GET, and no body', async (path) => {
    const target = path.replace('{accountId}', globex.id).replace('{id}', 'none') + (queries[path] ?? '')
    const { text, ...withoutBody } = await ask(api, target, { method: 'GET' })
    expect(text).not.toBe('')
    for (const base of [api, web])
      expect(await ask(base, target, { method: 'HEAD' })).toMatchObject({ ...withoutBody, text: '' })
  })

  it('HEAD answers with the headers of the representation that Accept prefers', async () => {
    const head = await ask(api, '/v1/contacts', { method: 'HEAD', headers: { accept: 'text/csv' } })
    expect(head).toMatchObject({ status: 200, text: '' })
    expect(head.headers).toMatchObject({ 'content-type': 'text/csv; charset=utf-8', vary: 'Accept' })
  })

  it('the description names the address that serves it', async () => {
    const { servers } = (await (await fetch(new URL('/v1/openapi.json', api))).json()) as {
      servers: { url: string }[]
    }
    expect(servers.map(({ url }) => url)).toEqual([api.replace(/\/$/, '')])
    expect((await fetch(`${servers[0]?.url}/v1/docs`)).status).toBe(200)
  })

  it('HEAD needs the same token', async () => {
    const response = await fetch(new URL('/v1/me', api), { method: 'HEAD' })
    expect([response.status, await response.text()]).toEqual([401, ''])
    expect(answered(await call(ada, 'HEAD', '/v1/invitations/none'))).toBe('404')
  })

  it.each(['/v1/me', '/v1/partners', '/v1/docs', '/v1/openapi.json'])(
    'If-None-Match: * is 304 where there is a representation: %s',
    async (path) => {
      for (const method of ['GET', 'HEAD'])
        expect(await ask(api, path, { method, headers: { 'if-none-match': '*' } })).toMatchObject({
          status: 304,
          text: '',
        })
    },
  )

  it('If-None-Match: * is no 304 where there is none, nor for a command', async () => {
    const headers = { 'if-none-match': '*' }
    expect(answered(await call(ada, 'GET', '/v1/partners/none', undefined, headers))).toBe('404 not-found')
    const body = { email: `new@${acme.id}.example`, name: 'New', profile: 'observer' }
    expect(answered(await call(ada, 'POST', '/v1/users', body, headers))).toBe('201')
  })
})
