/** What the fuzz reads of an OpenAPI 3.1 document. */
export type Document = {
  paths: Record<string, Record<string, unknown>>
  components?: { schemas?: Record<string, Schema> }
}

export type Schema = {
  $ref?: string
  type?: string | string[]
  enum?: unknown[]
  const?: unknown
  anyOf?: Schema[]
  oneOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minimum?: number
  maximum?: number
  minLength?: number
  maxLength?: number
  pattern?: string
  format?: string
}

type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }

/** One operation of the document, its references resolved. */
export type Operation = {
  name: string
  /** In capitals. */
  method: string
  path: string
  /** A path of its own, each parameter a group. */
  pattern: RegExp
  /** Who calls: somebody with an access token, the host with a signature, or anyone. */
  access: 'token' | 'signature' | 'open'
  parameters: Parameter[]
  body?: Schema
}

type Described = {
  operationId: string
  security?: Record<string, unknown>[]
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}

const methods = ['get', 'put', 'post', 'patch', 'delete']

export function operationsOf({ paths, components }: Document): Operation[] {
  const resolved = (schema: Schema): Schema => {
    const name = schema.$ref?.split('/').at(-1)
    return name === undefined ? schema : resolved(components?.schemas?.[name] ?? {})
  }
  return Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const described = item[method] as Described | undefined
      if (!described) return []
      const body = described.requestBody?.content['application/json']?.schema
      return {
        name: described.operationId,
        method: method.toUpperCase(),
        path,
        pattern: new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '([^/]+)')}$`),
        access: accessOf(described),
        parameters: described.parameters ?? [],
        ...(body && { body: resolved(body) }),
      }
    }),
  )
}

function accessOf({ security = [] }: Described): Operation['access'] {
  if (security.length === 0) return 'open'
  return security.some((scheme) => 'signature' in scheme) ? 'signature' : 'token'
}
