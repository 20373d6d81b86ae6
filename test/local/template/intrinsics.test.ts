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
    ['account', { Ref: 'AWS::AccountId' }, '000000000000'],
    ['partition', { Ref: 'AWS::Partition' }, 'aws'],
    ['URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
    ['stack name', { Ref: 'AWS::StackName' }, 'api'],
    [
      'an object with other keys is itself',
      { Ref: 'Role', Effect: 'Allow' },
      { Ref: 'Role', Effect: 'Allow' },
    ],
  ])('%s', (_, value, expected) => {
    expect(resolved(value)).toEqual(expected)
  })
})

describe("an intrinsic that can't be resolved is an error with its name and place", () => {
  test.each([
    ['an unknown intrinsic', { deep: { 'Fn::Cidr': [] } }, 'api.Resources.Some.deep uses Fn::Cidr'],
    ['a condition', { 'Fn::If': ['IsBeta', 'yes', 'no'] }, 'uses Fn::If'],
    ['an unknown pseudo parameter', { Ref: 'AWS::NoValue' }, 'AWS::NoValue'],
    ['a parameter without default', { Ref: 'Secret' }, 'parameter Secret'],
    ['a resource that is not there', { Ref: 'Gone' }, 'refers to Gone'],
    ['an attribute that is not known', { 'Fn::GetAtt': ['Role', 'Colour'] }, 'Role.Colour'],
    ['an export that is not there', { 'Fn::ImportValue': 'nothing' }, 'imports nothing'],
  ])('%s', (_, value, message) => {
    expect(() => resolved(value)).toThrow(message)
  })
})
