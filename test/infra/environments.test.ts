import { expect, it } from 'vitest'
import { Assembled, at } from './assembled.ts'

const assembled = {
  dev: new Assembled('dev'),
  staging: new Assembled('staging'),
  prod: new Assembled('prod'),
}
type Name = keyof typeof assembled
const all = Object.keys(assembled) as Name[]

it.each([
  ['dev', '10000', '1000'],
  ['staging', '200', '3'],
  ['prod', '200', '3'],
] as const)(
  'has in %s a quota of %s invitations a day, and of %s to one address',
  (name, quota, perAddress) => {
    const variables = at(assembled[name].function('send-invitation'), 'Environment.Variables')
    expect(variables).toMatchObject({ DAILY_INVITATIONS: quota, DAILY_INVITATIONS_PER_ADDRESS: perAddress })
  },
)

it.each([
  ['dev', false, 'Delete'],
  ['staging', true, 'Retain'],
  ['prod', true, 'Retain'],
] as const)('has in %s deletion protection: %s', (name, protection, policy) => {
  const environment = assembled[name]
  expect(environment.only('AWS::DynamoDB::Table').DeletionProtectionEnabled).toBe(protection)
  for (const [, kept] of [
    ...environment.ofType('AWS::DynamoDB::Table'),
    ...environment.ofType('AWS::S3::Bucket'),
  ])
    expect(kept).toMatchObject({ DeletionPolicy: policy, UpdateReplacePolicy: policy })
})

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
  ])
})

it.each(all)('has in %s no function in a VPC', (name) => {
  for (const [, { Properties }] of assembled[name].ofType('AWS::Lambda::Function'))
    expect(Properties).not.toHaveProperty('VpcConfig')
})

it('differs between environments in what an environment has of its own, and in nothing else', () => {
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
    'AWS::S3::Bucket UpdateReplacePolicy',
  ]
  expect(differences('staging', 'prod')).toEqual(ownOfEach)
  expect(differences('dev', 'prod')).toEqual([...ownOfEach, ...ownOfDev].sort())
})

/** Types and properties that are not alike in two environments, the environment's name in names aside. */
function differences(one: Name, other: Name): string[] {
  const [these, those] = [leaves(one), leaves(other)]
  const unlike = [...new Set([...these.keys(), ...those.keys()])].filter(
    (path) => these.get(path) !== those.get(path),
  )
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
