import { expect, it } from 'vitest'
import { prod } from './assembled.ts'

it('has one table with the keys, sparse indexes, expiry and stream of the key schema, and point-in-time recovery', () => {
  const key = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: 'HASH' },
    { AttributeName: range, KeyType: 'RANGE' },
  ]
  const indexes = ['list', 'listOfKind', 'listOfSide', 'listOfSideAndKind', 'request']
  const attributes = ['pk', 'sk', 'list', 'position', ...indexes.slice(1)]
  expect(prod.only('AWS::DynamoDB::Table')).toEqual({
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: attributes.map((name) => ({ AttributeName: name, AttributeType: 'S' })),
    KeySchema: key('pk', 'sk'),
    GlobalSecondaryIndexes: indexes.map((name) => ({
      IndexName: name,
      KeySchema: key(name, 'position'),
      Projection: { ProjectionType: 'ALL' },
    })),
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'expires', Enabled: true },
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    DeletionProtectionEnabled: true,
  })
})

/** The properties of the one of a type that has this name. */
const the = (type: string, name: string) =>
  prod.ofType(type).find(([id]) => id.replace(/[0-9A-F]{8}$/, '') === name)?.[1].Properties

it('keeps failed records for 90 days, encrypted, private and over TLS only', () => {
  expect(the('AWS::S3::Bucket', 'Failures')).toEqual({
    BucketEncryption: {
      ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }],
    },
    LifecycleConfiguration: { Rules: [{ ExpirationInDays: 90, Status: 'Enabled' }] },
    PublicAccessBlockConfiguration: {
      BlockPublicAcls: true,
      BlockPublicPolicy: true,
      IgnorePublicAcls: true,
      RestrictPublicBuckets: true,
    },
  })
  expect(the('AWS::S3::BucketPolicy', 'FailuresPolicy')).toMatchObject({
    PolicyDocument: {
      Statement: [
        { Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } },
      ],
    },
  })
})

it('has outputs with the names', () => {
  expect(prod.output('TableName')).toBe('Table')
  expect(prod.output('FailuresBucket')).toBe('Failures')
})
