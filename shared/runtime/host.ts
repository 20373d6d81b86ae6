import middy from '@middy/core'
import type {
  APIGatewayProxyEventV2WithIAMAuthorizer as Event,
  APIGatewayProxyStructuredResultV2 as Result,
} from 'aws-lambda'
import { v7 as uuid } from 'uuid'
import type * as z from 'zod'
import type { RouteName } from '../contract/routes.ts'
import { isRefusal, type Refusal } from '../domain/refusals.ts'
import type { Clock } from '../table/events.ts'
import { type Answer, told } from './http.ts'
import { bodyOf, parametersOf, queryOf } from './input.ts'

type Input<Path, Body, Query> = { path: z.ZodType<Path>; body?: z.ZodType<Body>; query?: z.ZodType<Query> }
type Request<Path, Body, Query> = { path: Path; body: Body; query: Query; clock: Clock }

/** Whose key the request was signed with: the gateway has let through only who may call the directory. */
const signer = ({ requestContext }: Event) => ({ arn: requestContext.authorizer.iam.userArn })

/**
 * The function of one route of the directory, which the host product calls. As `action`, but that no user
 * calls, and that the host may do all of it: what the input alone decides comes before anything is read.
 */
export function hostAction<Path, Body = undefined, Query = undefined>(
  route: RouteName,
  input: Input<Path, Body, Query>,
  perform: (request: Request<Path, Body, Query>) => Promise<Answer | Refusal>,
) {
  return middy<Event, Result>()
    .use(told(route, signer))
    .handler((event) => respond(event, input, perform) as Promise<never>)
}

async function respond<Path, Body, Query>(
  event: Event,
  input: Input<Path, Body, Query>,
  perform: (request: Request<Path, Body, Query>) => Promise<Answer | Refusal>,
): Promise<Answer | Refusal> {
  const query = input.query ? queryOf(event, input.query) : { value: undefined as Query }
  if (isRefusal(query)) return query
  const body = input.body ? bodyOf(event, input.body) : { value: undefined as Body }
  if (isRefusal(body)) return body
  const path = parametersOf(event, input.path)
  if (isRefusal(path)) return path
  const clock = { now: new Date().toISOString(), newId: () => uuid() }
  return perform({ path: path.value, body: body.value, query: query.value, clock })
}
