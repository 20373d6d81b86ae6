import { ofType, type Resource, type Resources } from './resources.ts'
import { matches } from './wildcards.ts'

/** An action on a resource, with the call's context for conditions. */
export type Need = { action: string; resource: string; context?: Record<string, string | string[]> }

type Statement = {
  Effect: 'Allow' | 'Deny'
  Action?: string | string[]
  Resource?: string | string[]
  Condition?: Condition
}

type Operator = 'StringEquals' | 'ForAnyValue:StringEquals' | 'ForAllValues:StringLike'
type Condition = { [operator in Operator]?: Record<string, string | string[]> }

type Document = { Statement: Statement[] | Statement }

/** A role with its synthesized policies. */
export class Role {
  readonly arn: string
  readonly #statements: Statement[]

  constructor(arn: string, statements: Statement[]) {
    this.arn = arn
    this.#statements = statements
  }

  /** A deny overrides every allow. Without an allow, the call is denied. */
  allows({ action, resource, context = {} }: Need): boolean {
    const matching = this.#statements.filter(
      ({ Action, Resource, Condition }) =>
        listOf(Action).some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())) &&
        listOf(Resource).some((pattern) => matches(pattern, resource)) &&
        holds(Condition, context),
    )
    return matching.length > 0 && matching.every((statement) => statement.Effect === 'Allow')
  }
}

/** All keys of all operators must hold. Of a list of values, one must match. */
function holds(condition: Condition = {}, context: NonNullable<Need['context']>): boolean {
  return Object.entries(condition).every(([operator, keys]) =>
    Object.entries(keys).every(([key, values]) =>
      operators[operator as Operator](listOf(context[key]), listOf(values)),
    ),
  )
}

const isOneOf = (given: string[], values: string[]) => given.some((one) => values.includes(one))

const operators: Record<Operator, (given: string[], values: string[]) => boolean> = {
  StringEquals: isOneOf,
  'ForAnyValue:StringEquals': isOneOf,
  // As in AWS, it holds for an empty list.
  'ForAllValues:StringLike': (given, patterns) =>
    given.every((one) => patterns.some((pattern) => matches(pattern, one))),
}

/** AWS's message about a denied call. */
export function denial(caller: string, { action, resource }: Need): string {
  return (
    `User: ${caller} is not authorized to perform: ${action} on resource: ${resource} ` +
    `because no identity-based policy allows the ${action} action`
  )
}

/** The managed policy with permissions that the local stack does not check. */
const writesLogs = 'policy/service-role/AWSLambdaBasicExecutionRole'

/**
 * Reads the roles, by ARN, with the statements of their inline and attached policies. Throws if a policy has something
 * unknown: a managed policy, NotAction, NotResource, or a condition that is not in `understoodConditions`.
 */
export function readRoles(resources: Resources): Map<string, Role> {
  const policies = ofType(resources, 'AWS::IAM::Policy')
  return new Map(
    ofType(resources, 'AWS::IAM::Role').map((role) => {
      refuseManagedPolicies(role)
      const inline = (role.properties.Policies ?? []) as { PolicyDocument: Document }[]
      const attached = policies.filter((policy) => (policy.properties.Roles as string[]).includes(role.ref))
      const documents = [
        ...inline.map((policy) => policy.PolicyDocument),
        ...attached.map((policy) => policy.properties.PolicyDocument as Document),
      ]
      const statements = documents.flatMap((document) => statementsOf(role, document))
      return [role.arn, new Role(role.arn, statements)]
    }),
  )
}

function refuseManagedPolicies(role: Resource) {
  for (const arn of (role.properties.ManagedPolicyArns ?? []) as string[]) {
    if (!arn.endsWith(writesLogs)) {
      throw new Error(
        `${role.logicalId} has the managed policy ${arn}, which local/template/roles.ts does not know.`,
      )
    }
  }
}

const understood = ['Sid', 'Effect', 'Action', 'Resource', 'Condition']
const understoodConditions = [
  '{"StringEquals":["ses:FromAddress"]}',
  '{"ForAllValues:StringLike":["dynamodb:LeadingKeys"]}',
  '{"ForAnyValue:StringEquals":["dynamodb:EnclosingOperation"]}',
]

function statementsOf(role: Resource, document: Document): Statement[] {
  const statements = Array.isArray(document.Statement) ? document.Statement : [document.Statement]
  for (const statement of statements) {
    const other = Object.keys(statement).find((key) => !understood.includes(key))
    if (other) {
      throw new Error(
        `A policy of ${role.logicalId} has ${other}, which local/template/roles.ts does not know.`,
      )
    }
    const condition = keysOf(statement.Condition)
    if (statement.Condition && !understoodConditions.includes(condition)) {
      throw new Error(
        `A policy of ${role.logicalId} has the condition ${condition}, not known to local/template/roles.ts.`,
      )
    }
  }
  return statements
}

/** The operators of a condition with their keys, as JSON. */
function keysOf(condition: Condition = {}): string {
  const keys = Object.entries(condition).map(([operator, values]) => [operator, Object.keys(values)])
  return JSON.stringify(Object.fromEntries(keys))
}

function listOf(value: string | string[] = []): string[] {
  return Array.isArray(value) ? value : [value]
}
