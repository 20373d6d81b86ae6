import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'

type Json = Record<string, unknown>
type Header = { required?: boolean; schema: object }
type Response = {
  headers?: Record<string, { $ref: string } | Header>
  content?: Record<string, { schema: object }>
}
type Operation = { responses: Record<string, Response> }
type Document = {
  paths: Record<string, Record<string, unknown>>
  components: { schemas: Record<string, Json>; headers: Record<string, Header> }
}

export type Described = { status: number; headers: Headers; text: string }

/** Headers of ours: where one is sent, it has to be described. */
const ourHeaders = ['x-request-id', 'location', 'link', 'retry-after', 'etag']

/**
 * What an OpenAPI 3.1 document promises of answers. It is read with a validator that has nothing to do with the one it
 * is made from. Fields that it doesn't have are faults here, although it leaves room for new ones.
 */
export class Description {
  readonly #document: Document
  readonly #ajv: Ajv2020
  readonly #validators = new Map<string, ValidateFunction>()

  constructor(document: object) {
    this.#document = structuredClone(document) as Document
    close(this.#document.components.schemas)
    closeEnums(this.#document)
    this.#ajv = new Ajv2020({
      strict: false,
      allErrors: true,
      formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, uri: URL.canParse },
    })
    this.#ajv.addSchema(this.#document, 'description')
  }

  /** Why this answer to this request is not as described; undefined if it is. Of routes that there are not, nothing is. */
  fault(method: string, path: string, { status, headers, text }: Described): string | undefined {
    const route = this.#find(method === 'HEAD' ? 'GET' : method, path)
    if (!route) return undefined
    const at = `${route.pointer}/responses/${status}`
    const response = route.operation.responses[status]
    if (!response) return `${status} is not described`
    const mediaType = headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() ?? ''
    const headerFault = this.#headerFault(response, headers)
    if (!response.content) return text === '' ? headerFault : 'a body where none is described'
    if (!response.content[mediaType]) return `${status} as ${mediaType} is not described`
    if (method === 'HEAD') return text === '' ? headerFault : 'a body in answer to HEAD'
    const body = mediaType.endsWith('json') ? JSON.parse(text) : text
    const schema = `${at}/content/${escaped(mediaType)}/schema`
    return headerFault ?? this.#schemaFault(`description#${schema}`, body)
  }

  /** Why a value is not as the schema at a JSON pointer into the document says; undefined if it is. */
  valueFault(pointer: string, value: unknown): string | undefined {
    return this.#schemaFault(`description#${pointer}`, value)
  }

  #find(method: string, path: string): { operation: Operation; pointer: string } | undefined {
    const { pathname } = new URL(path, 'http://api')
    const template = Object.keys(this.#document.paths)
      .sort((one, other) => (one.replaceAll('{', '~') < other.replaceAll('{', '~') ? -1 : 1))
      .find((one) => matches(one, pathname) && this.#document.paths[one]?.[method.toLowerCase()])
    if (template === undefined) return undefined
    const operation = this.#document.paths[template]?.[method.toLowerCase()] as Operation
    return { operation, pointer: `/paths/${escaped(template)}/${method.toLowerCase()}` }
  }

  #headerFault({ headers: described = {} }: Response, headers: Headers): string | undefined {
    const names = Object.keys(described)
    const more = ourHeaders.find(
      (name) => headers.has(name) && !names.some((one) => one.toLowerCase() === name),
    )
    if (more) return `the header ${more} is not described`
    for (const name of names) {
      const { required, schema } = this.#header(described[name])
      const value = headers.get(name)
      if (value === null && required) return `the header ${name} is missing`
      if (value !== null && !this.#ajv.validate(schema, value)) return `the header ${name} is ${value}`
    }
    return undefined
  }

  #header(header: { $ref: string } | Header | undefined): Header {
    if (header && !('$ref' in header)) return header
    const found = this.#document.components.headers[header?.$ref.split('/').at(-1) ?? '']
    if (!found) throw new Error(`There is no header ${header?.$ref}`)
    return found
  }

  #schemaFault($ref: string, value: unknown): string | undefined {
    const validate = this.#validators.get($ref) ?? this.#ajv.compile({ $ref })
    this.#validators.set($ref, validate)
    return validate(value) ? undefined : this.#ajv.errorsText(validate.errors)
  }
}

const escaped = (key: string) => encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))

const matches = (template: string, path: string): boolean =>
  new RegExp(`^${template.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path)

/** No text may be another than the known ones, although others may come. */
function closeEnums(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return
  const { anyOf } = schema as { anyOf?: { enum?: string[]; type?: string }[] }
  const [known, any] = anyOf ?? []
  if (known?.enum && any?.type === 'string' && !any.enum) Object.assign(schema, { anyOf: [known] })
  for (const one of Object.values(schema)) closeEnums(one)
}

/** No object may have fields that are not described, unless it says that it may. */
function close(schema: unknown): void {
  if (typeof schema !== 'object' || schema === null) return
  const { properties, additionalProperties } = schema as Json
  if (properties && additionalProperties === undefined) Object.assign(schema, { additionalProperties: false })
  for (const one of Object.values(schema)) close(one)
}
