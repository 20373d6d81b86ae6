import { expect, it } from 'vitest'
import type { RouteName } from '../../shared/contract/actions.ts'
import { environment } from '../../shared/environment.ts'
import { at, prod, type Resource } from './assembled.ts'

process.env[environment.table] = 'Table'
process.env.AWS_REGION = 'eu-north-1'
const { tableCalls } = await import('../cases/table-calls.ts')
const { routes } = await import('../../shared/contract/actions.ts')
const calls = await tableCalls()

const on = (resource: string, ...actions: string[]) => actions.map((action) => `${action} on ${resource}`)
const onTable = (...actions: string[]) => on('Table.Arn', ...actions.map((action) => `dynamodb:${action}`))
const inTransactions = (...actions: string[]) =>
  onTable(...actions).map(
    (one) => `${one} if ForAnyValue:StringEquals dynamodb:EnclosingOperation TransactWriteItems`,
  )
const inPartitions = (partitions: string, ...actions: string[]) =>
  onTable(...actions).map((one) => `${one} if ForAllValues:StringLike dynamodb:LeadingKeys ${partitions}`)
/** The statements for what an action asks of the table in its cases. */
function statementsFor(name: RouteName): string[] {
  const needs = calls.get(name) ?? []
  const of = (kind: (need: (typeof needs)[number]) => boolean) => [
    ...new Set(needs.filter(kind).map(({ action }) => action)),
  ]
  const outside = of(({ partition }) => partition !== undefined)
  const partitionsOf = (action: string) =>
    [
      ...new Set(
        needs.flatMap((need) => (need.action === action && need.partition ? [`${need.partition}*`] : [])),
      ),
    ]
      .sort()
      .join()
  return [
    ...onTable(
      ...of(({ index, inTransaction, partition }) => !(index || inTransaction || partition !== undefined)),
    ),
    ...inTransactions(...of(({ inTransaction }) => inTransaction === true)),
    ...queryOf(...new Set(needs.flatMap(({ index = [] }) => index))),
    ...outside.flatMap((action) => inPartitions(partitionsOf(action), action)),
  ]
}

const queryOf = (...indexes: string[]) =>
  indexes.flatMap((index) => on(`Table.Arn/index/${index}`, 'dynamodb:Query'))
const ofMapping = [
  ...on('Table.StreamArn', 'dynamodb:DescribeStream', 'dynamodb:GetRecords'),
  ...on('Table.StreamArn', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'),
  ...on('Failures.Arn', 's3:ListBucket'),
  ...on('Failures.Arn/aws/lambda/*', 's3:PutObject'),
]
const ownQueue = (construct: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage', 'SendMessage'].flatMap(
    (action) => on(`${construct}RetryQueue.Arn`, `sqs:${action}`),
  )

/** What each function may do, besides writing its own log. */
const allowed: Record<string, string[]> = {
  ...Object.fromEntries(Object.keys(routes).map((name) => [name, statementsFor(name as RouteName)])),
  'reconcile-contacts': [
    ...onTable('BatchGetItem', 'GetItem', 'Query', 'Scan'),
    ...inTransactions('ConditionCheckItem', 'PutItem'),
    ...inPartitions('ACCOUNT#*,RECONCILE*', 'PutItem'),
  ],
  'sync-contacts': [
    ...onTable('GetItem', 'Query'),
    ...inPartitions('ACCOUNT#*,COPY#*', 'PutItem'),
    ...ofMapping,
    ...ownQueue('synccontacts'),
  ],
  'send-emails': [
    ...onTable('BatchGetItem'),
    ...inTransactions('UpdateItem'),
    ...inPartitions('ACCOUNT#*,MAIL#*', 'UpdateItem'),
    ...ofMapping,
    ...ownQueue('sendemails'),
    'ses:SendEmail on arn:aws:ses:eu-north-1:AWS::AccountId:identity/accounts.example if StringEquals ses:FromAddress partners@accounts.example',
  ],
}
const names = Object.keys(allowed)

const validity = { INVITATION_DAYS: '30' }

/** The environment variables of each function, besides the name of the table. */
const variables: Record<string, Record<string, string>> = {
  'send-invitation': { DAILY_INVITATIONS: '200', DAILY_INVITATIONS_PER_ADDRESS: '3', ...validity },
  'resend-invitation': { DAILY_INVITATIONS: '200', DAILY_INVITATIONS_PER_ADDRESS: '3', ...validity },
  'list-invitations': validity,
  'get-invitation': validity,
  'accept-invitation': validity,
  'reject-invitation': validity,
  'delete-invitation': validity,
  'sync-contacts': { RETRY_QUEUE: 'synccontactsRetryQueue' },
  'send-emails': {
    RETRY_QUEUE: 'sendemailsRetryQueue',
    MAIL_FROM: 'partners@accounts.example',
    WEB_URL: 'https://accounts.example',
  },
}

type Statement = {
  Effect: 'Allow' | 'Deny'
  Action: string | string[]
  Resource: unknown
  Condition?: Record<string, Record<string, unknown>>
}
const statementsOf = (role: Resource) =>
  (role.Properties.Policies as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  )

const readable = ({ Action, Resource, Condition = {} }: Statement): string[] => {
  const conditions = Object.entries(Condition).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, value]) => ` if ${operator} ${key} ${value}`),
  )
  return [Resource]
    .flat()
    .flatMap((resource) => on(prod.readable(resource) + conditions.join(''), ...[Action].flat()))
}

const roleOf = (name: string) => prod.resource(at(prod.function(name), 'Role.Fn::GetAtt.0'))

it('has a function for each route, two on the stream and a scheduled one', () => {
  expect(Object.values(prod.nameOf).sort()).toEqual(
    [...Object.keys(routes), 'sync-contacts', 'send-emails', 'reconcile-contacts'].sort(),
  )
  expect(names.sort()).toEqual(Object.values(prod.nameOf).sort())
})

it.each(names)('gives %s exactly the permissions that it uses', (name) => {
  const ownLog = on(
    `${prod.readable(at(prod.function(name), 'LoggingConfig.LogGroup'))}.Arn`,
    'logs:CreateLogStream',
    'logs:PutLogEvents',
  )
  expect(statementsOf(roleOf(name)).flatMap(readable).sort()).toEqual(
    [...(allowed[name] ?? []), ...ownLog].sort(),
  )
})

/** What a function may do with the items of the table, except for reading them. */
const writesOf = (name: string) =>
  statementsOf(roleOf(name))
    .flatMap(readable)
    .filter(
      (one) => one.includes(' on Table.Arn') && !/^dynamodb:(BatchGetItem|GetItem|Query|Scan) /.test(one),
    )

/** Those of the functions that a condition holds for, each with what it may write so. */
const writersOf = (kind: (write: string) => boolean) =>
  Object.fromEntries(
    names.map((name) => [name, writesOf(name).filter(kind)]).filter(([, writes]) => writes?.length),
  )

// These bounds are written by hand: the permissions above follow from the cases, and would follow a wrong one.
it('lets actions of the method GET only read', () => {
  const isGet = (name: string) => routes[name as RouteName]?.method === 'GET'
  expect(names.filter((name) => isGet(name) && writesOf(name).length > 0)).toEqual([])
})

it('lets few functions write outside transactions, each in its partitions, and none in a log', () => {
  expect(writersOf((write) => !write.includes('EnclosingOperation TransactWriteItems'))).toEqual({
    'send-invitation': inPartitions('ACCOUNT#*,QUOTA#*', 'UpdateItem'),
    'put-account': inPartitions('ACCOUNT#*', 'UpdateItem'),
    'reconcile-contacts': inPartitions('ACCOUNT#*,RECONCILE*', 'PutItem'),
    'sync-contacts': inPartitions('ACCOUNT#*,COPY#*', 'PutItem'),
    'send-emails': inPartitions('ACCOUNT#*,MAIL#*', 'UpdateItem'),
  })
})

it('lets those functions delete that end an item', () => {
  expect(Object.keys(writersOf((write) => write.includes('Delete'))).sort()).toEqual([
    'accept-invitation',
    'change-user',
    'confirm-address',
    'delete-invitation',
    'delete-partner',
    'drop-user',
    'put-user',
    'remove-share',
    'remove-user',
  ])
})

it('has no condition on the keys of a transaction, because AWS does not document it', () => {
  for (const name of names)
    for (const { Effect, Condition = {} } of statementsOf(roleOf(name))) {
      expect(Effect).toBe('Allow')
      if ('ForAnyValue:StringEquals' in Condition) expect(Object.keys(Condition)).toHaveLength(1)
    }
})

it.each(names)('gives %s the environment variables that it uses, and no others', (name) => {
  const { Variables = {} } = (prod.function(name).Environment ?? {}) as {
    Variables?: Record<string, unknown>
  }
  const table = allowed[name]?.some((action) => action.startsWith('dynamodb:')) ? { TABLE_NAME: 'Table' } : {}
  const found = Object.entries(Variables).map(([variable, value]) => [variable, prod.readable(value)])
  expect(Object.fromEntries(found)).toEqual({ ...table, ...variables[name] })
})

it('gives each function a role of its own, without other policies', () => {
  const roles = prod.ofType('AWS::IAM::Role')
  expect(new Set(names.map(roleOf)).size).toBe(names.length)
  // The one besides puts the pages into their bucket: web-stack.test.ts.
  expect(roles).toHaveLength(names.length + 1)
  expect(prod.ofType('AWS::IAM::Policy')).toEqual([])
})

it('has no wildcard action, and nothing on all resources', () => {
  for (const [, role] of prod.ofType('AWS::IAM::Role'))
    for (const { Action, Resource } of statementsOf(role)) {
      expect([Action].flat().join()).not.toContain('*')
      expect([Resource].flat()).not.toContain('*')
    }
})

it.each(names)('runs %s on Node 24, on ARM, for a bounded time, with a log of its own', (name) => {
  const properties = prod.function(name)
  expect(properties).toMatchObject({
    FunctionName: `partner-accounts-prod-${name}`,
    Runtime: 'nodejs24.x',
    Architectures: ['arm64'],
    Handler: 'index.handler',
    MemorySize: 512,
    Timeout: name === 'reconcile-contacts' ? 55 : name in routes ? 10 : 30,
    LoggingConfig: { LogFormat: 'JSON' },
  })
  expect(prod.resource(at(properties, 'LoggingConfig.LogGroup.Ref')).Properties).toEqual({
    LogGroupName: `/aws/lambda/partner-accounts-prod-${name}`,
    RetentionInDays: 90,
  })
})
