import type { Context } from 'aws-lambda'
import { expect, test, vi } from 'vitest'
import { getMe } from '../../shared/contract/get-me.ts'
import { action } from '../../shared/runtime/action.ts'
import { logger } from '../../shared/runtime/logger.ts'
import type { Key } from '../../shared/table/keys.ts'
import { actionEvent } from '../kit/gateway-event.ts'

test('a ValidationException of DynamoDB is answered with 500, which rings an alarm, and logged by its name', async () => {
  const failed = vi.spyOn(logger, 'error').mockImplementation(() => {})
  const tooLong = { pk: 'x'.repeat(2049), sk: 'x' }
  const handler = action(getMe, {
    read: () => [tooLong as Key<object>],
    perform: () => {
      throw new Error('DynamoDB has read a key that is too long')
    },
  })
  const answer = await handler(
    actionEvent('get-me', { by: { accountId: 'acme', userId: 'ada' } }),
    {} as Context,
  )
  expect(answer).toMatchObject({ statusCode: 500, body: expect.stringContaining('internal-error') })
  expect(failed).toHaveBeenCalledWith('failed', {
    route: 'get-me',
    requestId: 'get-me',
    error: expect.objectContaining({ name: 'ValidationException' }),
  })
})
