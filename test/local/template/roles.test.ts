import { describe, expect, test } from 'vitest'
import type { Resource } from '../../../local/template/resources.ts'
import { readRoles } from '../../../local/template/roles.ts'

const table = 'arn:aws:dynamodb:eu-north-1:000000000000:table/t'

const resource = (type: string, ref: string, properties: Record<string, unknown>): Resource => ({
  stack: 's',
  logicalId: ref,
  type,
  region: 'eu-north-1',
  account: '000000000000',
  ref,
  arn: `arn:${ref}`,
  properties,
})

function roleWith(statements: object[], role: Record<string, unknown> = {}) {
  const PolicyDocument = { Statement: statements }
  const all = [
    resource('AWS::IAM::Role', 'role', role),
    resource('AWS::IAM::Policy', 'policy', { Roles: ['role'], PolicyDocument }),
    resource('AWS::IAM::Policy', 'of another', {
      Roles: ['other'],
      PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] },
    }),
  ]
  const found = readRoles({ all, outputs: [], stacks: [] }).get('arn:role')
  if (!found) throw new Error('no role')
  return found
}

const allow = (Action: string | string[], Resource: string | string[]) => ({
  Effect: 'Allow',
  Action,
  Resource,
})

describe('a role allows what its policies allow', () => {
  test.each([
    ['what is named', [allow('dynamodb:GetItem', table)], 'dynamodb:GetItem', table, true],
    ['actions in any case', [allow('dynamodb:getitem', table)], 'dynamodb:GetItem', table, true],
    ['one of a list', [allow(['a:B', 'dynamodb:GetItem'], ['x', table])], 'dynamodb:GetItem', table, true],
    ['no other action', [allow('dynamodb:GetItem', table)], 'dynamodb:PutItem', table, false],
    ['no other resource', [allow('dynamodb:GetItem', table)], 'dynamodb:GetItem', `${table}2`, false],
    [
      'no index with the table',
      [allow('dynamodb:Query', table)],
      'dynamodb:Query',
      `${table}/index/i`,
      false,
    ],
    ['* in an action', [allow('dynamodb:Get*', table)], 'dynamodb:GetItem', table, true],
    [
      '* in a resource',
      [allow('dynamodb:Query', `${table}/index/*`)],
      'dynamodb:Query',
      `${table}/index/i`,
      true,
    ],
    [
      'a dot is a dot',
      [allow('s3:GetObject', 'arn:aws:s3:::a.b/*')],
      's3:GetObject',
      'arn:aws:s3:::axb/c',
      false,
    ],
    [
      'a denial above all',
      [allow('*', '*'), { Effect: 'Deny', Action: 'dynamodb:PutItem', Resource: table }],
      'dynamodb:PutItem',
      table,
      false,
    ],
    ['nothing without a policy', [], 'dynamodb:GetItem', table, false],
  ])('%s', (_, statements, action, asked, expected) => {
    expect(roleWith(statements).allows({ action, resource: asked })).toBe(expected)
  })

  test('inline policies count as well', () => {
    const Policies = [{ PolicyDocument: { Statement: [allow('dynamodb:GetItem', table)] } }]
    expect(roleWith([], { Policies }).allows({ action: 'dynamodb:GetItem', resource: table })).toBe(true)
  })

  test('a condition on the sender holds for that sender only', () => {
    const Condition = { StringEquals: { 'ses:FromAddress': 'a@b.example' } }
    const role = roleWith([{ ...allow('ses:SendEmail', '*'), Condition }])
    const as = (from: string) => ({
      action: 'ses:SendEmail',
      resource: 'r',
      context: { 'ses:FromAddress': from },
    })
    expect(role.allows(as('a@b.example'))).toBe(true)
    expect(role.allows(as('c@b.example'))).toBe(false)
  })

  const write = (context: Record<string, string | string[]>) => ({
    action: 'dynamodb:PutItem',
    resource: table,
    context,
  })

  test('a condition on partition keys holds if all keys match', () => {
    const Condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['ACCOUNT#*', 'COPY#*'] } }
    const role = roleWith([{ ...allow('dynamodb:PutItem', table), Condition }])
    const to = (...keys: string[]) => write({ 'dynamodb:LeadingKeys': keys })
    expect(role.allows(to('ACCOUNT#acme'))).toBe(true)
    expect(role.allows(to('ACCOUNT#acme', 'COPY#acme'))).toBe(true)
    expect(role.allows(to('LOG#acme'))).toBe(false)
    expect(role.allows(to('ACCOUNT#acme', 'LOG#acme'))).toBe(false)
  })

  test('a condition on the enclosing operation holds within it only', () => {
    const Condition = {
      'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
    }
    const role = roleWith([{ ...allow('dynamodb:PutItem', table), Condition }])
    expect(role.allows(write({ 'dynamodb:EnclosingOperation': 'TransactWriteItems' }))).toBe(true)
    expect(role.allows(write({}))).toBe(false)
  })
})

describe('an unknown part of a policy stops the start', () => {
  test.each([
    ['NotAction', [{ Effect: 'Allow', NotAction: 'a:B', Resource: '*' }], 'NotAction'],
    [
      'another condition',
      [{ ...allow('*', '*'), Condition: { Bool: { 'aws:Secure': true } } }],
      'aws:Secure',
    ],
  ])('%s', (_, statements, message) => {
    expect(() => roleWith(statements)).toThrow(message)
  })

  test('a managed policy, except the one for logs', () => {
    const arn = 'arn:aws:iam::aws:policy/'
    const logs = `${arn}service-role/AWSLambdaBasicExecutionRole`
    expect(() => roleWith([], { ManagedPolicyArns: [logs] })).not.toThrow()
    expect(() => roleWith([], { ManagedPolicyArns: [`${arn}AdministratorAccess`] })).toThrow(
      'AdministratorAccess',
    )
  })
})
