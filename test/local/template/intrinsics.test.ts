import { describe, expect, test } from 'vitest'
import type { AssemblyStack, Template } from '../../../local/template/assembly.ts'
import { Resolver } from '../../../local/template/intrinsics.ts'

const stackOf = (name: string, template: Template): AssemblyStack => ({
  name,
  region: 'eu-north-1',
  account: '000000000000',
  template,
})

const data = stackOf('data', {
  Resources: { Table: { Type: 'AWS::DynamoDB::Table' } },
  Outputs: {
    Arn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: { 'Fn::Sub': 'data:arn' } } },
  },
})
const api = stackOf('api', {
  Parameters: { Stage: { Default: 'beta' }, Secret: {} },
  Conditions: {
    IsBeta: { 'Fn::Equals': [{ Ref: 'Stage' }, 'beta'] },
    IsNotBeta: { 'Fn::Not': [{ Condition: 'IsBeta' }] },
    Both: { 'Fn::And': [{ Condition: 'IsBeta' }, { Condition: 'IsNotBeta' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsBeta' }, { Condition: 'IsNotBeta' }] },
  },
  Resources: { Role: { Type: 'AWS::IAM::Role' } },
})
const resolver = new Resolver([data, api], {
  ref: ({ stack, logicalId: id }) => `${stack.name}-${id}`,
  attribute: ({ logicalId: id }, name) => (name === 'Arn' ? `arn:${id}` : undefined),
})
/** A name as it stands in the text of Fn::Sub. */
const name = (of: string) => `\${${of}}`
const resolved = (value: unknown) => resolver.resolve(api, value, 'api.Resources.Some')

describe('intrinsic functions resolve as CloudFormation resolves them', () => {
  test.each([
    ['Ref of a resource', { Ref: 'Role' }, 'api-Role'],
    ['Ref of a parameter is its default', { Ref: 'Stage' }, 'beta'],
    ['GetAtt', { 'Fn::GetAtt': ['Role', 'Arn'] }, 'arn:Role'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Role.Arn' }, 'arn:Role'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Role' }, 'b']] }, 'a-api-Role-b'],
    ['Split and Select', { 'Fn::Select': ['1', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'b'],
    [
      'Sub',
      { 'Fn::Sub': `${name('Role')}|${name('Role.Arn')}|${name('AWS::Region')}|${name('!Literal')}` },
      `api-Role|arn:Role|eu-north-1|${name('Literal')}`,
    ],
    ['Sub with values', { 'Fn::Sub': [name('x'), { x: { Ref: 'Role' } }] }, 'api-Role'],
    ['ImportValue of what another stack exports', { 'Fn::ImportValue': 'data:arn' }, 'arn:Table'],
    ['If', { 'Fn::If': ['IsBeta', 'yes', 'no'] }, 'yes'],
    ['If, not', { 'Fn::If': ['IsNotBeta', 'yes', 'no'] }, 'no'],
    ['And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
    ['Or', { 'Fn::If': ['Either', 'yes', 'no'] }, 'yes'],
    ['account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['stack name', { Ref: 'AWS::StackName' }, 'api'],
    [
      'NoValue leaves the property out',
      { a: { Ref: 'AWS::NoValue' }, b: [{ Ref: 'AWS::NoValue' }, 1] },
      { b: [1] },
    ],
    [
      'an object with other keys is itself',
      { Condition: { x: 1 }, Effect: 'Allow' },
      { Condition: { x: 1 }, Effect: 'Allow' },
    ],
  ])('%s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected)
  })
})

describe("an intrinsic that can't be resolved is an error with its name and place", () => {
  test.each([
    ['an unknown intrinsic', { deep: { 'Fn::Cidr': [] } }, 'api.Resources.Some.deep uses Fn::Cidr'],
    ['an unknown pseudo parameter', { Ref: 'AWS::NotificationARNs' }, 'AWS::NotificationARNs'],
    ['a parameter without default', { Ref: 'Secret' }, 'parameter Secret'],
    ['a resource that is not there', { Ref: 'Gone' }, 'refers to Gone'],
    ['an attribute that is not known', { 'Fn::GetAtt': ['Role', 'Colour'] }, 'Role.Colour'],
    ['an export that is not there', { 'Fn::ImportValue': 'nothing' }, 'imports nothing'],
  ])('%s', (_, value, message) => {
    expect(() => resolved(value)).toThrow(message)
  })
})
