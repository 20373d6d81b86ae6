import middy from '@middy/core'
import type { APIGatewayProxyEventV2 as Event, APIGatewayProxyStructuredResultV2 as Result } from 'aws-lambda'
import { v7 as uuid } from 'uuid'
import type * as z from 'zod'
import type { RouteName } from '../contract/routes.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import type { Clock } from '../table/events.ts'
import { type Answer, told } from './http.ts'
import { bodyOf } from './input.ts'

type Request<Body> = { body: Body; clock: Clock }

const nobody = () => ({})

/** The function of one route that anyone may call, without a sign-in: what the body holds is all that admits. */
export function publicAction<Body>(
  route: RouteName,
  input: { body: z.ZodType<Body> },
  perform: (request: Request<Body>) => Promise<Answer | Refusal>,
) {
  return middy<Event, Result>()
    .use(told(route, nobody))
    .handler((event) => respond(event, input, perform) as Promise<never>)
}

async function respond<Body>(
  event: Event,
  input: { body: z.ZodType<Body> },
  perform: (request: Request<Body>) => Promise<Answer | Refusal>,
): Promise<Answer | Refusal> {
  const body = bodyOf(event, input.body)
  if (isRefusal(body)) return body
  return perform({ body: body.value, clock: { now: new Date().toISOString(), newId: () => uuid() } })
}
