import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bundle } from '../../infra/bundle.ts'

const name = 'reader-and-mailer'
const out = mkdtempSync(join(tmpdir(), 'bundle-'))
const file = join(out, name, 'index.cjs')

beforeAll(() => bundle([name], join(import.meta.dirname, 'fixture'), out))
afterAll(() => rmSync(out, { recursive: true }))

it('has no source of credentials but the environment', () => {
  const code = readFileSync(file, 'utf8')
  for (const elsewhere of [
    'AssumeRole',
    'AWS_CONTAINER_CREDENTIALS',
    'security-credentials',
    'credential_process',
  ])
    expect(code).not.toContain(elsewhere)
})

it("loads below a package of ES modules, sends what it is told to, and signs with the environment's credentials", async () => {
  const calls: IncomingHttpHeaders[] = []
  const bodies: string[] = []
  const server = createServer(async (request, response) => {
    calls.push(request.headers)
    bodies.push(await text(request))
    const json = request.headers['content-type']?.includes('json')
    response.end(
      json
        ? '{}'
        : '<SendEmailResponse><SendEmailResult><MessageId>1</MessageId></SendEmailResult></SendEmailResponse>',
    )
  })
  await new Promise<void>((listening) => server.listen(0, listening))
  writeFileSync(join(out, 'package.json'), '{ "type": "module" }')
  const script = `require(${JSON.stringify(file)}).handler({}, {}).then(() => process.exit(0))`
  const env = {
    AWS_REGION: 'eu-north-1',
    AWS_ACCESS_KEY_ID: 'KEYOFTHEFUNCTION',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_SESSION_TOKEN: 'token-of-the-session',
    AWS_ENDPOINT_URL: `http://localhost:${(server.address() as AddressInfo).port}`,
  }
  await promisify(execFile)(process.execPath, ['--eval', script], { env })
  server.close()

  // A bundler that drops a call of the SDK by mistake sends other bytes.
  expect(JSON.parse(bodies[0] ?? '')).toEqual({
    RequestItems: { Any: { Keys: [{ pk: { S: 'a' }, sk: { S: 'b' } }], ConsistentRead: true } },
  })
  expect(Object.fromEntries(new URLSearchParams(bodies[1]))).toMatchObject({
    Source: 'partners@accounts.example',
    'Destination.ToAddresses.member.1': 'bo@globex.example',
  })
  expect(
    calls.map(({ authorization }) =>
      authorization?.match(/Credential=(\w+)\/\d+\/([\w-]+)\/(\w+)/)?.slice(1),
    ),
  ).toEqual([
    ['KEYOFTHEFUNCTION', 'eu-north-1', 'dynamodb'],
    ['KEYOFTHEFUNCTION', 'eu-north-1', 'ses'],
  ])
  expect(calls.map((headers) => headers['x-amz-security-token'])).toEqual([
    'token-of-the-session',
    'token-of-the-session',
  ])
})

it('fails if a function does not build', async () => {
  await expect(bundle(['missing'], import.meta.dirname, join(out, 'none'))).rejects.toThrow('missing')
})

it('holds the contract of its action without the documentation, and without schemas where it has no input', async () => {
  const functions = mkdtempSync(join(tmpdir(), 'bundle-'))
  await bundle(['add-share', 'get-me'], join(import.meta.dirname, '../../functions'), functions)
  const [addShare, getMe] = ['add-share', 'get-me'].map((one) =>
    readFileSync(join(functions, one, 'index.cjs'), 'utf8'),
  )
  rmSync(functions, { recursive: true })
  expect(addShare).toContain('NewShare')
  for (const code of [addShare, getMe]) {
    expect(code).not.toContain('GatewayMessage')
    expect(code).not.toMatch(/Returns your user|Shares an object/)
  }
  expect(getMe).not.toContain('ZodObject')
})
