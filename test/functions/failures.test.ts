import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { expect, test, vi } from 'vitest'
import { logger } from '../../shared/runtime/logger.ts'

const { action } = await import('../../shared/runtime/http.ts')
const { readOne } = await import('../../shared/table/read.ts')

test('a ValidationException of DynamoDB is answered with 500, which rings an alarm, and logged by its name', async () => {
  const failed = vi.spyOn(logger, 'error').mockImplementation(() => {})
  const tooLong = { pk: 'x'.repeat(2049), sk: 'x' }
  const handler = action('get-me', {}, async () => ({ status: 200, body: { item: await readOne(tooLong) } }))
  const claims = { account_id: 'acme', user_id: 'ada' }
  const requestContext = {
    requestId: 'one',
    http: { method: 'GET' },
    authorizer: { jwt: { claims, scopes: [] } },
  }
  const event = { rawPath: '/v1/me', rawQueryString: '', headers: {}, requestContext }
  const run = handler as unknown as (
    event: Partial<APIGatewayProxyEventV2>,
    context: object,
  ) => Promise<object>
  const answer = await run(event as unknown as APIGatewayProxyEventV2, {})
  expect(answer).toMatchObject({ statusCode: 500, body: expect.stringContaining('internal-error') })
  expect(failed).toHaveBeenCalledWith('failed', {
    route: 'get-me',
    requestId: 'one',
    error: expect.objectContaining({ name: 'ValidationException' }),
  })
})
