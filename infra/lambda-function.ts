import { join } from 'node:path'
import { type Duration, RemovalPolicy } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import * as lambda from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { environment as variables } from '../shared/environment.ts'
import { partitions } from '../shared/table/schema.ts'
import type { Environment } from './environments.ts'
import { type FunctionName, type Grant, grants, usesTable } from './grants.ts'

/** What every function needs: its environment, the folder with the bundles, and the table. */
export type FunctionProps = { environment: Environment; bundles: string; table: ITable }

type FunctionOptions = FunctionProps & {
  timeout: Duration
  statements?: PolicyStatement[]
  retryQueue?: IQueue
}

/** A function with its own log group and role. The role allows exactly the grant, the log and the statements. */
export function lambdaFunction(
  scope: Construct,
  name: FunctionName,
  { environment, bundles, table, timeout, statements = [], retryQueue }: FunctionOptions,
): lambda.Function {
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
          ...statements,
        ],
      }),
    },
  })
  return new lambda.Function(scope, 'Function', {
    functionName,
    role,
    logGroup,
    loggingFormat: lambda.LoggingFormat.JSON,
    runtime: lambda.Runtime.NODEJS_24_X,
    architecture: lambda.Architecture.ARM_64,
    code: lambda.Code.fromAsset(join(bundles, name)),
    handler: 'index.handler',
    // Lambda gives CPU in proportion to memory (1,769 MB is one core), and cold starts and TLS need CPU.
    memorySize: 512,
    timeout,
    environment: {
      ...(usesTable(grants[name]) && { [variables.table]: table.tableName }),
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

/** A grant as statements. `table.grant` would add every index to each action. */
function tableStatements({ reads = [], query = [], transactions = [], writes = {} }: Grant, table: ITable) {
  const on = (actions: string[], conditions: Record<string, unknown> = {}, resources = [table.tableArn]) =>
    new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources, conditions })
  const indexes = query.map((index) => `${table.tableArn}/index/${index}`)
  return [
    ...(reads.length > 0 ? [on(reads)] : []),
    ...(query.length > 0 ? [on(['Query'], {}, indexes)] : []),
    ...(transactions.length > 0
      ? [
          on(transactions, {
            'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': ['TransactWriteItems'] },
          }),
        ]
      : []),
    ...Object.entries(writes).map(([action, names]) =>
      on([action], {
        'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': names.map((name) => `${partitions[name]}*`) },
      }),
    ),
  ]
}
