import { createHash } from 'node:crypto'
import type { Assembly, AssemblyStack } from './assembly.ts'
import { type Declared, Resolver } from './intrinsics.ts'

/** A resource of the assembly with every intrinsic resolved. */
export type Resource = {
  stack: string
  logicalId: string
  type: string
  region: string
  account: string
  /** The value of `Ref`: a name or id. */
  ref: string
  /** The ARN, empty for a type without one. */
  arn: string
  properties: Record<string, unknown>
}

export type Output = { stack: string; key: string; value: string }

export type Resources = { all: Resource[]; outputs: Output[]; stacks: string[] }

/** `api` takes access tokens, and `directory` takes requests that are signed with an AWS key. */
export type ApiName = 'api' | 'directory'

type Attributes = (resource: {
  ref: string
  arn: string
  stack: AssemblyStack
  apiUrl: string
}) => Record<string, string>

type Kind = {
  /** The property with the name, for types that can be named. */
  name?: string
  /** The value of `Ref`, if it is not the name. */
  ref?: (stack: AssemblyStack, name: string) => string
  arn?: (stack: AssemblyStack, name: string) => string
  attributes?: Attributes
}

const arnOf = (service: string, kind: string) => (stack: AssemblyStack, name: string) =>
  `arn:aws:${service}:${stack.region}:${stack.account}:${kind}${name}`

/** The types that the local stack runs, and their attributes. */
const run: Record<string, Kind> = {
  'AWS::DynamoDB::Table': {
    name: 'TableName',
    arn: arnOf('dynamodb', 'table/'),
    attributes: ({ arn }) => ({ Arn: arn, StreamArn: `${arn}/stream/2026-01-01T00:00:00.000` }),
  },
  'AWS::Lambda::Function': { name: 'FunctionName', arn: arnOf('lambda', 'function:') },
  'AWS::Lambda::EventSourceMapping': {
    arn: arnOf('lambda', 'event-source-mapping:'),
    attributes: ({ ref, arn }) => ({ Id: ref, EventSourceMappingArn: arn }),
  },
  'AWS::Lambda::Permission': {},
  'AWS::IAM::Role': {
    name: 'RoleName',
    arn: (stack, name) => `arn:aws:iam::${stack.account}:role/${name}`,
    attributes: ({ ref, arn }) => ({ Arn: arn, RoleId: ref }),
  },
  'AWS::IAM::Policy': {},
  'AWS::ApiGatewayV2::Api': {
    attributes: ({ ref, apiUrl }) => ({ ApiId: ref, ApiEndpoint: apiUrl }),
  },
  'AWS::ApiGatewayV2::Stage': { name: 'StageName' },
  'AWS::ApiGatewayV2::Route': {},
  'AWS::ApiGatewayV2::Integration': {},
  'AWS::ApiGatewayV2::Authorizer': {},
  'AWS::SQS::Queue': {
    name: 'QueueName',
    ref: (stack, name) => `https://sqs.${stack.region}.amazonaws.com/${stack.account}/${name}`,
    arn: (stack, name) => `arn:aws:sqs:${stack.region}:${stack.account}:${name}`,
  },
  'AWS::S3::Bucket': {
    name: 'BucketName',
    arn: (_, name) => `arn:aws:s3:::${name}`,
    attributes: ({ ref, arn, stack }) => ({
      Arn: arn,
      DomainName: `${ref}.s3.amazonaws.com`,
      RegionalDomainName: `${ref}.s3.${stack.region}.amazonaws.com`,
    }),
  },
  'AWS::CloudFront::Distribution': {
    attributes: ({ ref }) => ({ Id: ref, DomainName: `${ref.toLowerCase()}.cloudfront.net` }),
  },
  'AWS::CloudFront::Function': {
    name: 'Name',
    arn: (stack, name) => `arn:aws:cloudfront::${stack.account}:function/${name}`,
    attributes: ({ arn }) => ({ FunctionARN: arn }),
  },
  'AWS::CloudFront::ResponseHeadersPolicy': {},
  'AWS::CloudFront::CachePolicy': {},
  'Custom::CDKBucketDeployment': {},
}

/** The types that it does not run, each with the reason. */
export const notRun: Record<string, Kind & { because: string }> = {
  'AWS::S3::BucketPolicy': { because: 'it refuses plain HTTP, and the local stack has nothing else' },
  'AWS::SQS::QueuePolicy': { because: 'it refuses plain HTTP, and the local stack has nothing else' },
  'AWS::Logs::LogGroup': {
    because: 'functions write to the terminal',
    name: 'LogGroupName',
    arn: arnOf('logs', 'log-group:'),
  },
  'AWS::CloudWatch::Alarm': {
    because: 'nobody is on call for one machine',
    name: 'AlarmName',
    arn: arnOf('cloudwatch', 'alarm:'),
  },
  'AWS::Events::Rule': {
    because: 'scheduled functions are invoked by hand, through the endpoint',
    name: 'Name',
    arn: arnOf('events', 'rule/'),
  },
  'AWS::CloudFront::OriginAccessControl': {
    because: 'it lets only CloudFront read the pages, and nobody else reads them from the local S3',
    attributes: ({ ref }) => ({ Id: ref }),
  },
  'AWS::Lambda::LayerVersion': {
    because: 'it contains the command line that copies files into buckets, which the local stack does itself',
  },
  'Custom::S3AutoDeleteObjects': {
    because: 'it empties a bucket before CloudFormation deletes it, and no local stack is deleted',
  },
  'AWS::CDK::Metadata': { because: 'it only tells AWS which constructs are in use' },
}

/** Any type that is neither here nor in `notRun` stops the start. */
export const runTypes = Object.keys(run)

/**
 * Names every resource and resolves its properties. A name is the declared one or is made from stack and logical id, so
 * that it is the same at each start. `urlOf` gives the local address of an HTTP API. Throws with logical id and type if
 * a resource's type is neither run nor in `notRun`.
 */
export function resolveResources(assembly: Assembly, urlOf: (api: ApiName) => string): Resources {
  const nameOf = ({ stack, logicalId, resource }: Declared) => {
    const given = resource.Properties?.[kindOf(resource.Type)?.name ?? '']
    const name = given && resolver.resolve(stack, given, `${stack.name}.${logicalId}`)
    return typeof name === 'string' ? name : generatedName(stack, logicalId, resource.Type)
  }
  const refOf = (declared: Declared) => {
    const name = nameOf(declared)
    return kindOf(declared.resource.Type)?.ref?.(declared.stack, name) ?? name
  }
  const arnFor = (declared: Declared) =>
    kindOf(declared.resource.Type)?.arn?.(declared.stack, nameOf(declared)) ?? ''
  const resolver: Resolver = new Resolver(assembly.stacks, {
    ref: refOf,
    attribute: (declared, name) => {
      const { stack, logicalId, resource } = declared
      const arn = arnFor(declared)
      const apiUrl = urlOf(isSigned(stack, logicalId) ? 'directory' : 'api')
      const attributes: Attributes = kindOf(resource.Type)?.attributes ?? (({ arn }) => ({ Arn: arn }))
      return attributes({ ref: refOf(declared), arn, stack, apiUrl })[name] || undefined
    },
  })

  const all: Resource[] = []
  const outputs: Output[] = []
  for (const stack of assembly.stacks) {
    if (stack.template.Conditions)
      throw new Error(`${stack.name} has Conditions, which local/template/intrinsics.ts does not know.`)
    for (const [logicalId, resource] of Object.entries(stack.template.Resources ?? {})) {
      if (resource.Type in notRun) continue
      if (!(resource.Type in run))
        throw new Error(
          `${stack.name} declares ${logicalId} of type ${resource.Type}, which is not run on one machine. Run it in local/, or list the type with its reason under notRun in local/template/resources.ts.`,
        )
      const where = `${stack.name}.Resources.${logicalId}`
      all.push({
        stack: stack.name,
        logicalId,
        type: resource.Type,
        region: stack.region,
        account: stack.account,
        ref: refOf({ stack, logicalId, resource }),
        arn: arnFor({ stack, logicalId, resource }),
        properties: resolver.resolve(stack, resource.Properties ?? {}, where) as Record<string, unknown>,
      })
    }
    for (const [key, output] of Object.entries(stack.template.Outputs ?? {})) {
      const where = `${stack.name}.Outputs.${key}`
      outputs.push({
        stack: stack.name,
        key,
        value: String(resolver.resolve(stack, output.Value, where)),
      })
    }
  }
  return { all, outputs, stacks: assembly.stacks.map((stack) => stack.name) }
}

export function ofType(resources: Resources, type: string): Resource[] {
  return resources.all.filter((resource) => resource.type === type)
}

/** Whether it is an HTTP API with routes that require a signature. */
function isSigned({ template }: AssemblyStack, logicalId: string): boolean {
  return Object.values(template.Resources ?? {}).some(({ Type, Properties = {} }) => {
    const { AuthorizationType, ApiId } = Properties as {
      AuthorizationType?: string
      ApiId?: { Ref?: string }
    }
    return Type === 'AWS::ApiGatewayV2::Route' && AuthorizationType === 'AWS_IAM' && ApiId?.Ref === logicalId
  })
}

function kindOf(type: string): Kind | undefined {
  return run[type] ?? notRun[type]
}

/** Bucket names are lower case with at most 63 characters; a mapping's id is a UUID, an API's ten letters. */
function generatedName(stack: AssemblyStack, logicalId: string, type: string): string {
  const hash = createHash('sha256').update(`${stack.name}/${logicalId}`).digest('hex')
  if (type === 'AWS::Lambda::EventSourceMapping') {
    return hash.replace(/^(.{8})(.{4})(.{3})(.{3})(.{12}).*/, '$1-$2-4$3-8$4-$5')
  }
  if (type.startsWith('AWS::ApiGatewayV2::')) return hash.slice(0, 10)
  if (type === 'AWS::S3::Bucket')
    return `${stack.name}-${logicalId}`.toLowerCase().slice(0, 54) + hash.slice(0, 8)
  return `${stack.name}-${logicalId}`.slice(0, 64)
}
