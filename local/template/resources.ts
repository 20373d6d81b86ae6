import { createHash } from 'node:crypto'
import type { Assembly, AssemblyStack, TemplateResource } from './assembly.ts'
import { Resolver } from './intrinsics.ts'

/** A resource of the assembly with every intrinsic resolved. */
export type Resource = {
  stack: string
  logicalId: string
  type: string
  region: string
  account: string
  /** What `Ref` gives: its name or id. */
  ref: string
  /** Its ARN, for the types that have one. */
  arn: string
  properties: Record<string, unknown>
}

export type Output = { stack: string; key: string; value: string; exportName?: string }

export type Resources = { all: Resource[]; outputs: Output[]; stacks: string[] }

/** An HTTP API by who calls it: whoever has a token, or, for the directory, who signs with a key of AWS. */
export type ApiName = 'api' | 'directory'

type Attributes = (resource: {
  ref: string
  arn: string
  stack: AssemblyStack
  apiUrl: string
}) => Record<string, string>

type Kind = {
  /** The property that gives the name, where one may. */
  name?: string
  /** What `Ref` gives, where it is not the name. */
  ref?: (stack: AssemblyStack, name: string) => string
  arn?: (stack: AssemblyStack, name: string) => string
  attributes?: Attributes
}

const arnOf = (service: string, kind: string) => (stack: AssemblyStack, name: string) =>
  `arn:aws:${service}:${stack.region}:${stack.account}:${kind}${name}`

/** The types that are run here, and what may be asked about them. */
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

/** The types that are known and not run, each with the reason. */
export const notRun: Record<string, Kind & { because: string }> = {
  'AWS::S3::BucketPolicy': { because: 'it refuses plain HTTP, which is all there is on one machine' },
  'AWS::SQS::QueuePolicy': { because: 'it refuses plain HTTP, which is all there is on one machine' },
  'AWS::Logs::LogGroup': {
    because: 'functions write to the terminal here',
    name: 'LogGroupName',
    arn: arnOf('logs', 'log-group:'),
  },
  'AWS::CloudWatch::Alarm': {
    because: 'nobody is on call for one machine',
    name: 'AlarmName',
    arn: arnOf('cloudwatch', 'alarm:'),
  },
  'AWS::Events::Rule': {
    because: 'what the clock wakes is woken by hand here: the endpoint invokes any function',
    name: 'Name',
    arn: arnOf('events', 'rule/'),
  },
  'AWS::CloudFront::OriginAccessControl': {
    because: 'it signs what CloudFront asks of S3, and here nobody else asks for the pages',
    attributes: ({ ref }) => ({ Id: ref }),
  },
  'AWS::Lambda::LayerVersion': {
    because: 'it carries the command line that puts files into buckets, which is done here without',
  },
  'Custom::S3AutoDeleteObjects': {
    because: 'it empties a bucket before CloudFormation deletes it, and no stack is deleted here',
  },
  'AWS::CDK::Metadata': { because: 'it tells AWS which constructs are in use and does nothing' },
}

/** The types that are run; all others but those of `notRun` stop the start. */
export const runTypes = Object.keys(run)

/**
 * Gives every resource its name and resolves what it declares. Names are what is declared, else made from stack and
 * logical id, so that they stay the same from one start to the next.
 *
 * @param urlOf what `ApiEndpoint` of an HTTP API is here
 * @throws naming logical id and type where a resource's type is neither run nor known
 */
export function resolveResources(assembly: Assembly, urlOf: (api: ApiName) => string): Resources {
  const nameOf = (stack: AssemblyStack, id: string, resource: TemplateResource) => {
    const property = kindOf(resource.Type)?.name
    const declared = property === undefined ? undefined : resource.Properties?.[property]
    const name = declared === undefined ? undefined : resolver.resolve(stack, declared, `${stack.name}.${id}`)
    return typeof name === 'string' ? name : generatedName(stack, id, resource.Type)
  }
  const refOf = (stack: AssemblyStack, id: string, resource: TemplateResource) => {
    const name = nameOf(stack, id, resource)
    return kindOf(resource.Type)?.ref?.(stack, name) ?? name
  }
  const arnFor = (stack: AssemblyStack, id: string, resource: TemplateResource) =>
    kindOf(resource.Type)?.arn?.(stack, nameOf(stack, id, resource)) ?? ''
  const resolver: Resolver = new Resolver(assembly.stacks, {
    ref: refOf,
    attribute: (stack, id, resource, name) => {
      const arn = arnFor(stack, id, resource)
      const apiUrl = urlOf(isSigned(stack, id) ? 'directory' : 'api')
      const attributes: Attributes = kindOf(resource.Type)?.attributes ?? (({ arn }) => ({ Arn: arn }))
      return attributes({ ref: refOf(stack, id, resource), arn, stack, apiUrl })[name] || undefined
    },
  })

  const all: Resource[] = []
  const outputs: Output[] = []
  for (const stack of assembly.stacks) {
    for (const [logicalId, resource] of Object.entries(stack.template.Resources ?? {})) {
      if (resource.Type in notRun || !resolver.holds(stack, resource.Condition)) continue
      if (!(resource.Type in run)) throw new UnknownType(stack.name, logicalId, resource.Type)
      const where = `${stack.name}.Resources.${logicalId}`
      all.push({
        stack: stack.name,
        logicalId,
        type: resource.Type,
        region: stack.region,
        account: stack.account,
        ref: refOf(stack, logicalId, resource),
        arn: arnFor(stack, logicalId, resource),
        properties: resolver.resolve(stack, resource.Properties ?? {}, where) as Record<string, unknown>,
      })
    }
    for (const [key, output] of Object.entries(stack.template.Outputs ?? {})) {
      if (!resolver.holds(stack, output.Condition)) continue
      const where = `${stack.name}.Outputs.${key}`
      outputs.push({
        stack: stack.name,
        key,
        value: String(resolver.resolve(stack, output.Value, where)),
        exportName: output.Export && String(resolver.resolve(stack, output.Export.Name, where)),
      })
    }
  }
  return { all, outputs, stacks: assembly.stacks.map((stack) => stack.name) }
}

export function ofType(resources: Resources, type: string): Resource[] {
  return resources.all.filter((resource) => resource.type === type)
}

/** Whether it is an HTTP API with routes that want a signature. */
function isSigned({ template }: AssemblyStack, logicalId: string): boolean {
  return Object.values(template.Resources ?? {}).some(({ Type, Properties = {} }) => {
    const { AuthorizationType, ApiId } = Properties as {
      AuthorizationType?: string
      ApiId?: { Ref?: string }
    }
    return Type === 'AWS::ApiGatewayV2::Route' && AuthorizationType === 'AWS_IAM' && ApiId?.Ref === logicalId
  })
}

class UnknownType extends Error {
  constructor(stack: string, logicalId: string, type: string) {
    super(
      `${stack} declares ${logicalId} of type ${type}, which is not run on one machine. Run it in local/, or ` +
        'list the type with its reason under notRun in local/template/resources.ts.',
    )
  }
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
