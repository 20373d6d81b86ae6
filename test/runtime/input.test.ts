import type { APIGatewayProxyEventV2 } from 'aws-lambda'
import { expect, it } from 'vitest'
import { sendInvitation } from '../../shared/contract/send-invitation.ts'
import { isRefusal } from '../../shared/domain/refusals.ts'
import { bodyOf } from '../../shared/runtime/input.ts'

const eventWith = (body: string) =>
  ({ headers: {}, body, isBase64Encoded: false }) as unknown as APIGatewayProxyEventV2

it.each([
  { refusal: 'nope' },
  { refusal: null },
  { refusal: 'internal-error', errors: [{ pointer: '', detail: 'x' }], retryAfter: 7 },
  { refusal: 'not-found', email: 'bo@globex.example' },
])('a body that looks like a refusal of ours is a body with unknown fields: %j', (body) => {
  const outcome = bodyOf(eventWith(JSON.stringify(body)), sendInvitation.body)
  expect(isRefusal(outcome)).toBe(true)
  const unknown = Object.keys(body).filter((key) => key !== 'email')
  expect(outcome).toMatchObject({
    refusal: 'malformed-request',
    errors: unknown.map((key) => ({ pointer: `/${key}`, detail: 'This field does not exist.' })),
  })
})
