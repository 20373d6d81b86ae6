import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda'
import { type RouteName, routes } from '../../shared/contract/actions.ts'
import { actionEvent, type Call } from './gateway-event.ts'

type Handler = (event: unknown, context: unknown) => Promise<APIGatewayProxyStructuredResultV2>

/** `body` is what is JSON, `text` the body as it is. */
export type Answered = {
  status: number
  headers: Record<string, unknown>
  body: Record<string, unknown>
  text: string
}

const handlers = new Map<string, Handler>()
for (const name of Object.keys(routes))
  handlers.set(name, (await import(`../../functions/${name}.ts`)).handler)

/** Runs the handler of an action in this process. The environment must have what the functions require. */
export async function call(action: RouteName, request: Call): Promise<Answered> {
  const handler = handlers.get(action)
  if (!handler) throw new Error(`There is no handler for ${action}`)
  const { statusCode = 0, headers = {}, body: text = '' } = await handler(actionEvent(action, request), {})
  const isJson = /json/.test(String(headers['content-type']))
  return { status: statusCode, headers, body: isJson ? JSON.parse(text) : {}, text }
}

/** An answer in short, such as "201" or "409 invitation-pending". */
export const inShort = ({ status, body }: Answered): string =>
  status >= 400 ? `${status} ${body.code}` : String(status)
