import type { IncomingMessage } from 'node:http'
import { splitTarget } from '../http/paths.ts'
import { ofType, type Resources } from '../template/resources.ts'
import type { Need } from '../template/roles.ts'

export type Service = 'dynamodb' | 'ses' | 's3' | 'sqs' | 'lambda' | 'cloudformation'

/** A signed request of an AWS client, with what role policies are about. */
export type Call = {
  accessKeyId: string
  region: string
  service: Service
  /** Such as PutItem. */
  action: string
  /** The JSON body, the parameters of a query API, or the bucket and key of S3. */
  input: Record<string, unknown>
  /** All of these must be allowed. Each is a list of alternatives, of which one must be allowed. */
  needs: Need[][]
}

/** The region and account in the ARNs of the template. */
export type Place = { region: string; account: string }

type Declared = Place & { resources: Resources }

type Item = Record<string, unknown>

/** Reads the caller, the action and the needed permissions. Undefined without a signature for a known service. */
export function readCall(request: IncomingMessage, body: Buffer, place: Declared): Call | undefined {
  const credential = /Credential=([^/]+)\/\d+\/([^/]+)\/([^/]+)\/aws4_request/.exec(
    request.headers.authorization ?? '',
  )
  const [, accessKeyId, region, service] = credential ?? []
  if (!accessKeyId || !region) return undefined
  const read = services[service as Service]
  return read && { accessKeyId, region, service: service as Service, ...read(request, body, place) }
}

type ServiceCall = Pick<Call, 'action' | 'input' | 'needs'>

const services: Record<Service, (request: IncomingMessage, body: Buffer, place: Declared) => ServiceCall> = {
  dynamodb: (request, body, place) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    const input = JSON.parse(body.toString() || '{}') as Item
    return { action, input, needs: dynamodbNeeds(action, input, place).map((need) => [need]) }
  },
  ses: (_, body, { region, account }) => {
    const input = Object.fromEntries(new URLSearchParams(body.toString()))
    const action = input.Action ?? ''
    const address = /<([^<>]+)>\s*$/.exec(input.Source ?? '')?.[1] ?? input.Source ?? ''
    const context = { 'ses:FromAddress': address }
    // The address or its domain can be the verified identity.
    const oneOf = [address, address.slice(address.indexOf('@') + 1)].map((identity) => ({
      action: `ses:${action}`,
      resource: `arn:aws:ses:${region}:${account}:identity/${identity}`,
      context,
    }))
    return { action, input, needs: [oneOf] }
  },
  s3: (request) => {
    const { path, query } = splitTarget(request.url)
    const [, bucket = '', ...rest] = path.split('/').map(decodeURIComponent)
    const key = rest.join('/')
    const method = request.method ?? 'GET'
    const action = s3Action({ method, bucket, key, query: new URLSearchParams(query) })
    const resource = bucket ? `arn:aws:s3:::${bucket}${key && `/${key}`}` : '*'
    return { action, input: { Bucket: bucket, Key: key }, needs: [[{ action: `s3:${action}`, resource }]] }
  },
  sqs: (request, body, { region, account }) => {
    const action = String(request.headers['x-amz-target']).split('.').at(-1) ?? ''
    const input = JSON.parse(body.toString() || '{}') as Item
    const resource = `arn:aws:sqs:${region}:${account}:${String(input.QueueUrl).split('/').at(-1)}`
    return { action, input, needs: [[{ action: `sqs:${action}`, resource }]] }
  },
  lambda: (request, body, { region, account }) => {
    const name = decodeURIComponent(/\/functions\/([^/]+)\/invocations/.exec(request.url ?? '')?.[1] ?? '')
    const functionName = name.split(':function:').at(-1) ?? name
    const resource = `arn:aws:lambda:${region}:${account}:function:${functionName}`
    return {
      action: 'Invoke',
      input: { FunctionName: functionName, Payload: body.toString() },
      needs: [[{ action: 'lambda:InvokeFunction', resource }]],
    }
  },
  cloudformation: (_, body) => {
    const input = Object.fromEntries(new URLSearchParams(body.toString()))
    const action = input.Action ?? ''
    return { action, input, needs: [[{ action: `cloudformation:${action}`, resource: '*' }]] }
  },
}

/** Transactions have no action of their own: each part needs the permission of the single action. */
const transactionParts: Record<string, string> = {
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'ConditionCheckItem',
}

function dynamodbNeeds(action: string, input: Item, { region, account, resources }: Declared): Need[] {
  const prefix = `arn:aws:dynamodb:${region}:${account}:table/`
  const need = (action: string, table: unknown, index?: unknown, context?: Need['context']): Need => ({
    action: `dynamodb:${action}`,
    resource:
      (String(table).startsWith('arn:') ? String(table) : prefix + table) + (index ? `/index/${index}` : ''),
    context,
  })
  if (action === 'TransactWriteItems' || action === 'TransactGetItems') {
    const parts = (input.TransactItems as Record<string, Item>[]).flatMap((part) => Object.entries(part))
    // AWS does not document whether a part is checked with its own key or with the keys of all parts. All keys is stricter.
    const context = {
      'dynamodb:EnclosingOperation': action,
      'dynamodb:LeadingKeys': parts.flatMap(([, write]) => leadingKeysOf(write, resources)),
    }
    return parts.map(([kind, write]) =>
      need(transactionParts[kind] ?? kind, write.TableName, undefined, context),
    )
  }
  if (action === 'BatchGetItem' || action === 'BatchWriteItem') {
    return Object.keys(input.RequestItems as object).map((table) => need(action, table))
  }
  if (typeof input.TableName === 'string')
    return [
      need(action, input.TableName, input.IndexName, {
        'dynamodb:LeadingKeys': leadingKeysOf(input, resources),
      }),
    ]
  return [{ action: `dynamodb:${action}`, resource: String(input.StreamArn ?? input.ResourceArn ?? '*') }]
}

/** The partition key of the item that a request names. */
function leadingKeysOf({ TableName, Key, Item }: Item, resources: Resources): string[] {
  const table = ofType(resources, 'AWS::DynamoDB::Table').find(({ ref }) => ref === TableName)
  const schema = (table?.properties.KeySchema ?? []) as { AttributeName: string; KeyType: string }[]
  const name = schema.find(({ KeyType }) => KeyType === 'HASH')?.AttributeName ?? ''
  const value = ((Key ?? Item ?? {}) as Record<string, { S?: string }>)[name]?.S
  return value === undefined ? [] : [value]
}

type S3Request = { method: string; bucket: string; key: string; query: URLSearchParams }

function s3Action({ method, bucket, key, query }: S3Request): string {
  const reads = method === 'GET' || method === 'HEAD'
  if (!bucket) return 'ListAllMyBuckets'
  if ((method === 'POST' && query.has('delete')) || (method === 'DELETE' && key)) return 'DeleteObject'
  if (key) return reads ? 'GetObject' : 'PutObject'
  return reads ? 'ListBucket' : `${method}Bucket`
}
