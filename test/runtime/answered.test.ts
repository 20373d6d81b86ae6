import type { Context } from 'aws-lambda'
import { expect, it, vi } from 'vitest'
import { getDocs } from '../../shared/contract/get-docs.ts'
import { getMe } from '../../shared/contract/get-me.ts'
import { environment } from '../../shared/environment.ts'
import { actionEvent } from '../kit/gateway-event.ts'

Object.assign(process.env, { [environment.table]: 'Table', AWS_REGION: 'eu-north-1' })
const { action } = await import('../../shared/runtime/action.ts')
const { document } = await import('../../shared/runtime/document.ts')
const { logger } = await import('../../shared/runtime/logger.ts')
const { MemoryTable } = await import('../kit/memory-table.ts')

new MemoryTable().use()
const failed = vi.spyOn(logger, 'error').mockImplementation(() => {})
const logged = vi.spyOn(logger, 'info').mockImplementation(() => {})

it.each([
  ['of throttling', { name: 'ThrottlingException' }, 503, 'unavailable'],
  ['of a table at its limit', { name: 'ProvisionedThroughputExceededException' }, 503, 'unavailable'],
  ['of a transaction that meets another', { name: 'TransactionConflictException' }, 409, 'conflict'],
  ['of a time-out', { name: 'TimeoutError' }, 503, 'unavailable'],
  ['of a call that was given up', { name: 'AbortError' }, 503, 'unavailable'],
  ['of a lost connection', { code: 'ECONNRESET' }, 503, 'unavailable'],
  ['of the service itself', { $fault: 'server' }, 503, 'unavailable'],
  ['of the request', { $fault: 'client', name: 'ValidationException' }, 500, 'internal-error'],
  ['with a code of ours', { code: 'E' }, 500, 'internal-error'],
  ['with a code that begins like one of Node', { code: 'ECONNRESETx' }, 500, 'internal-error'],
  ['with a code that ends like one of Node', { code: 'xECONNRESET' }, 500, 'internal-error'],
])('an error %s is logged, and answered with its kind', async (_, fields, status, code) => {
  const error = Object.assign(new Error('A secret'), fields)
  const handler = action(getMe, { query: () => Promise.reject(error), perform: () => Promise.reject(error) })
  const event = actionEvent('get-me', { by: { accountId: 'acme', userId: 'ada' } })
  const { statusCode, body, headers } = await handler(event, {} as Context)
  expect([statusCode, JSON.parse(body ?? '')]).toMatchObject([status, { code, requestId: 'get-me' }])
  expect(body).not.toContain('secret')
  expect(headers).toMatchObject({ 'content-type': 'application/problem+json', 'cache-control': 'no-store' })
  expect(failed).toHaveBeenLastCalledWith('failed', { route: 'get-me', requestId: 'get-me', error })
})

it('a text for everybody depends on its origin, has a tag, and may be kept for five minutes', async () => {
  const give = document(getDocs, (origin) => `At ${origin}`, { 'content-type': 'text/plain' })
  const event = actionEvent('get-docs', {})
  const headers = { host: 'accounts.example', 'x-forwarded-proto': 'https' }
  const first = await give({ ...event, headers })
  const { etag } = first.headers ?? {}
  expect(first).toEqual({
    statusCode: 200,
    headers: {
      'x-request-id': 'get-docs',
      'cache-control': 'public, max-age=300',
      'content-type': 'text/plain',
      etag: expect.stringMatching(/^"[\w-]{43}"$/),
    },
    body: 'At https://accounts.example',
  })
  expect(logged).toHaveBeenLastCalledWith('answered', {
    route: 'get-docs',
    requestId: 'get-docs',
    status: 200,
  })
  expect((await give({ ...event, headers: { ...headers, 'if-none-match': String(etag) } })).statusCode).toBe(
    304,
  )
  const elsewhere = await give({ ...event, headers: { ...headers, host: 'other.example' } })
  expect(elsewhere.headers?.etag).not.toBe(etag)
})
