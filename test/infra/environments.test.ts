import { expect, it } from 'vitest'
import { environments } from '../../infra/environments.ts'
import { Assembled, at, prod } from './assembled.ts'

const assembled = {
  dev: new Assembled('dev'),
  staging: new Assembled('staging'),
  prod,
}
type Name = keyof typeof assembled
const all = Object.keys(assembled) as Name[]

it.each([
  ['dev', '10000', '1000', false, 7],
  ['staging', '200', '3', true, 30],
  ['prod', '200', '3', true, 90],
] as const)(
  'has in %s quotas of %s invitations a day and %s to one address, deletion protection: %s, and logs for %i days',
  (name, quota, perAddress, protection, days) => {
    const environment = assembled[name]
    const variables = at(environment.function('send-invitation'), 'Environment.Variables')
    expect(variables).toMatchObject({ DAILY_INVITATIONS: quota, DAILY_INVITATIONS_PER_ADDRESS: perAddress })
    expect(environment.only('AWS::DynamoDB::Table').DeletionProtectionEnabled).toBe(protection)
    const logs = environment.ofType('AWS::Logs::LogGroup')
    expect(new Set(logs.map(([, { Properties }]) => Properties.RetentionInDays))).toEqual(new Set([days]))
  },
)

it.each(all)(
  'has in %s its own name, addresses that pages and tokens can have, and a sender there',
  (name) => {
    const { issuer, signInUrl, webUrl, mailFrom, audience } = environments[name]
    expect(environments[name].name).toBe(name)
    for (const url of [issuer, signInUrl]) expect(new URL(url).protocol).toBe('https:')
    expect(webUrl).toBe(`https://${new URL(webUrl).hostname}`)
    expect(mailFrom).toBe(`partners@${new URL(webUrl).hostname}`)
    expect(audience).not.toBe('')
  },
)

// A resource without policies is deleted with its stack. RetainExceptOnCreate also deletes what a deployment has made that
// fails, which would otherwise be left over.
const gone = ['Delete', 'Delete']
const kept = ['RetainExceptOnCreate', 'Retain']
const types = [...new Set(Object.values(assembled.dev.resources).map(({ Type }) => Type))].sort()
const holdData = ['AWS::DynamoDB::Table', 'AWS::S3::Bucket', 'AWS::SQS::Queue']

it.each(
  types.flatMap((type) =>
    all.map((name) => [type, name, name !== 'dev' && holdData.includes(type) ? kept : gone] as const),
  ),
)('deletes or retains %s in %s on deletion and replacement: %s', (type, name, expected) => {
  for (const [id, { DeletionPolicy, UpdateReplacePolicy }] of assembled[name].ofType(type)) {
    // A new version of a layer replaces the one before, which nobody uses any more.
    expect([id, DeletionPolicy ?? 'Delete', UpdateReplacePolicy ?? 'Delete']).toEqual([id, ...expected])
  }
})

it('empties every bucket of dev before it is deleted', () => {
  const { dev } = assembled
  const emptied = dev
    .ofType('Custom::S3AutoDeleteObjects')
    .map(([, { Properties }]) => dev.readable(Properties.BucketName))
  expect(emptied.sort()).toEqual(['Failures', 'Pages'])
})

it.each(all)(
  'has in %s a log group for every function, so that none stays, and no function in a VPC',
  (name) => {
    const environment = assembled[name]
    for (const [, { Properties }] of environment.ofType('AWS::Lambda::Function')) {
      expect(Properties).not.toHaveProperty('VpcConfig')
      expect(environment.resource(at(Properties, 'LoggingConfig.LogGroup.Ref')).Type).toBe(
        'AWS::Logs::LogGroup',
      )
    }
    // With a managed policy, a function could make a log group again after its own is deleted.
    for (const [, { Properties }] of environment.ofType('AWS::IAM::Role'))
      expect(Properties).not.toHaveProperty('ManagedPolicyArns')
  },
)

it.each(all)('has in %s nothing that is billed by the hour', (name) => {
  const types = new Set(Object.values(assembled[name].resources).map(({ Type }) => Type))
  expect([...types].sort()).toEqual([
    'AWS::ApiGatewayV2::Api',
    'AWS::ApiGatewayV2::Authorizer',
    'AWS::ApiGatewayV2::Integration',
    'AWS::ApiGatewayV2::Route',
    'AWS::ApiGatewayV2::Stage',
    'AWS::CloudFront::CachePolicy',
    'AWS::CloudFront::Distribution',
    'AWS::CloudFront::Function',
    'AWS::CloudFront::OriginAccessControl',
    'AWS::CloudFront::ResponseHeadersPolicy',
    'AWS::CloudWatch::Alarm',
    'AWS::DynamoDB::Table',
    'AWS::Events::Rule',
    'AWS::IAM::Role',
    'AWS::Lambda::EventSourceMapping',
    'AWS::Lambda::Function',
    'AWS::Lambda::LayerVersion',
    'AWS::Lambda::Permission',
    'AWS::Logs::LogGroup',
    'AWS::S3::Bucket',
    'AWS::S3::BucketPolicy',
    'AWS::SQS::Queue',
    'AWS::SQS::QueuePolicy',
    'Custom::CDKBucketDeployment',
    ...(name === 'dev' ? ['Custom::S3AutoDeleteObjects'] : []),
  ])
})

it('differs between environments only in their settings', () => {
  const ownOfEach = [
    'AWS::ApiGatewayV2::Authorizer Properties.JwtConfiguration.Audience',
    'AWS::ApiGatewayV2::Authorizer Properties.JwtConfiguration.Issuer',
    'AWS::IAM::Role Properties.Policies.PolicyDocument.Statement.Condition.StringEquals.ses:FromAddress',
    'AWS::IAM::Role Properties.Policies.PolicyDocument.Statement.Resource.Fn::Join',
    'AWS::Lambda::Function Properties.Environment.Variables.MAIL_FROM',
    'AWS::Lambda::Function Properties.Environment.Variables.WEB_URL',
    'AWS::Logs::LogGroup Properties.RetentionInDays',
    // The CDK tells by it which of its functions puts files into the bucket.
    'AWS::S3::Bucket Properties.Tags.Key',
    // config.json.
    'Custom::CDKBucketDeployment Properties.SourceObjectKeys',
  ]
  const ownOfDev = [
    'AWS::DynamoDB::Table DeletionPolicy',
    'AWS::DynamoDB::Table Properties.DeletionProtectionEnabled',
    'AWS::DynamoDB::Table UpdateReplacePolicy',
    'AWS::Lambda::Function Properties.Environment.Variables.DAILY_INVITATIONS',
    'AWS::Lambda::Function Properties.Environment.Variables.DAILY_INVITATIONS_PER_ADDRESS',
    'AWS::S3::Bucket DeletionPolicy',
    'AWS::S3::Bucket Properties.Tags.Value',
    'AWS::S3::Bucket UpdateReplacePolicy',
    'AWS::SQS::Queue DeletionPolicy',
    'AWS::SQS::Queue UpdateReplacePolicy',
  ]
  expect(differences('staging', 'prod')).toEqual(ownOfEach)
  // Of a bucket policy, dev has one statement more, for the function that empties the bucket.
  expect(differences('dev', 'prod').filter((one) => !one.startsWith('AWS::S3::BucketPolicy '))).toEqual(
    [...ownOfEach, ...ownOfDev].sort(),
  )
})

it('has the function that empties buckets in dev only', () => {
  const idsOf = (name: Name) => Object.keys(assembled[name].resources)
  const more = idsOf('dev').filter((id) => !idsOf('prod').includes(id))
  expect(more.map((id) => assembled.dev.resource(id).Type).sort()).toEqual([
    'AWS::IAM::Role',
    'AWS::Lambda::Function',
    'AWS::Logs::LogGroup',
    'Custom::S3AutoDeleteObjects',
    'Custom::S3AutoDeleteObjects',
  ])
  expect(idsOf('prod').filter((id) => !idsOf('dev').includes(id))).toEqual([])
  expect(idsOf('staging').sort()).toEqual(idsOf('prod').sort())
})

/** Types and properties of resources of both that are not alike, the environment's name in names aside. */
function differences(one: Name, other: Name): string[] {
  const [these, those] = [leaves(one), leaves(other)]
  const inBoth = (path: string) => {
    const [id = ''] = path.split('/')
    return id in assembled[one].resources && id in assembled[other].resources
  }
  const unlike = [...new Set([...these.keys(), ...those.keys()])]
    .filter(inBoth)
    .filter((path) => these.get(path) !== those.get(path))
  const described = unlike.map((path) => {
    const [id = '', ...properties] = path.split('/').filter((key) => !/^\d+$/.test(key))
    return `${assembled[one].resource(id).Type} ${properties.join('.')}`
  })
  return [...new Set(described)].sort()
}

/** Each single value in the resources, by its path. */
function leaves(name: Name): Map<string, unknown> {
  const neutral = JSON.stringify(assembled[name].resources).replaceAll(
    new RegExp(`([Pp]artner-?[Aa]ccounts-)${name}`, 'g'),
    '$1NAME',
  )
  const found = new Map<string, unknown>()
  const walk = (value: unknown, path: string[]) => {
    if (typeof value !== 'object' || value === null) found.set(path.join('/'), value)
    else for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key])
  }
  walk(JSON.parse(neutral), [])
  return found
}
