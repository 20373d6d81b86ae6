import { join } from 'node:path'
import { type Duration, RemovalPolicy } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { Effect, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { RouteName } from '../shared/contract/routes.ts'
import { environment as variables } from '../shared/environment.ts'
import { logPrefix } from '../shared/table/schema.ts'
import type { Environment } from './environments.ts'
import { type EffectName, type Grant, grants, type ScheduledName } from './grants.ts'

/** What every function is made from: its environment, the folder with the bundles, and the table. */
export type FunctionProps = { environment: Environment; bundles: string; table: ITable }

/**
 * A function with a log group and a role of its own. The role allows what its grant says, writing its log, and the
 * statements given; nothing else, so no managed policy.
 */
export function lambdaFunction(
  scope: Construct,
  name: RouteName | EffectName | ScheduledName,
  { environment, bundles, table }: FunctionProps,
  {
    timeout,
    statements = [],
    retryQueue,
  }: { timeout: Duration; statements?: PolicyStatement[]; retryQueue?: IQueue },
): LambdaFunction {
  const functionName = `partner-accounts-${environment.name}-${name}`
  const logGroup = new LogGroup(scope, 'Log', {
    logGroupName: `/aws/lambda/${functionName}`,
    retention: environment.logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const role = new Role(scope, 'Role', {
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      [name]: new PolicyDocument({
        statements: [
          new PolicyStatement({
            actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            resources: [logGroup.logGroupArn],
          }),
          ...tableStatements(grants[name], table),
          ...logIsAppendOnly(grants[name], table),
          ...statements,
        ],
      }),
    },
  })
  return new LambdaFunction(scope, 'Function', {
    functionName,
    role,
    logGroup,
    loggingFormat: LoggingFormat.JSON,
    runtime: Runtime.NODEJS_24_X,
    architecture: Architecture.ARM_64,
    code: Code.fromAsset(join(bundles, name)),
    handler: 'index.handler',
    // A function has CPU in proportion to its memory (1,769 MB is one core), and starts and TLS are CPU. Little of
    // the memory itself is used.
    memorySize: 512,
    timeout,
    environment: {
      ...(grants[name].table.length > 0 && { [variables.table]: table.tableName }),
      ...(retryQueue && { [variables.retryQueue]: retryQueue.queueUrl }),
      ...Object.fromEntries(
        (grants[name].variables ?? []).map((variable) => [
          variables[variable],
          String(environment[variable]),
        ]),
      ),
    },
  })
}

/**
 * An entry of an account's log is never changed or deleted: no function may, whatever its code says. Entries are put on the
 * condition that there is none, in one place (shared/table/events.ts).
 */
function logIsAppendOnly({ table: actions }: Grant, table: ITable): PolicyStatement[] {
  const changes = actions.filter((action) => action === 'UpdateItem' || action === 'DeleteItem')
  if (changes.length === 0) return []
  return [
    new PolicyStatement({
      effect: Effect.DENY,
      actions: changes.map((action) => `dynamodb:${action}`),
      resources: [table.tableArn],
      conditions: { 'ForAnyValue:StringLike': { 'dynamodb:LeadingKeys': [`${logPrefix}*`] } },
    }),
  ]
}

/** `table.grant` would add every index to each action. */
function tableStatements({ table: actions, query = [] }: Grant, table: ITable): PolicyStatement[] {
  if (actions.length === 0) return []
  const onTable = new PolicyStatement({
    actions: actions.map((action) => `dynamodb:${action}`),
    resources: [table.tableArn],
  })
  if (query.length === 0) return [onTable]
  const onIndexes = new PolicyStatement({
    actions: ['dynamodb:Query'],
    resources: query.map((index) => `${table.tableArn}/index/${index}`),
  })
  return [onTable, onIndexes]
}
