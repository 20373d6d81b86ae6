import { type CfnResource, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { BlockPublicAccess, Bucket, BucketEncryption, type LifecycleRule } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { type Environment, removalPolicy } from './environments.ts'

/**
 * A private bucket. In an unprotected environment it is deleted with its stack. CloudFormation deletes only empty
 * buckets, so a function of the CDK empties it first.
 */
export function privateBucket(
  scope: Construct,
  id: string,
  { environment, lifecycleRules }: { environment: Environment; lifecycleRules?: LifecycleRule[] },
): Bucket {
  const bucket = new Bucket(scope, id, {
    encryption: BucketEncryption.S3_MANAGED,
    blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
    enforceSSL: true,
    removalPolicy: removalPolicy(environment),
    autoDeleteObjects: !environment.protect,
    ...(lifecycleRules && { lifecycleRules }),
  })
  if (!environment.protect) narrowEmptier(Stack.of(scope), environment)
  return bucket
}

/**
 * Gives the function that empties buckets a log group that is deleted with the stack. Its managed policy, with which it
 * would make a log group that stays, is removed. The bucket policies let it delete objects.
 */
function narrowEmptier(stack: Stack, { logDays }: Environment): void {
  const provider = stack.node.findChild('Custom::S3AutoDeleteObjectsCustomResourceProvider')
  const logGroup = new LogGroup(stack, 'EmptierLog', {
    retention: logDays,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  const handler = provider.node.findChild('Handler') as CfnResource
  handler.addPropertyOverride('LoggingConfig', { LogGroup: logGroup.logGroupName })
  const role = provider.node.findChild('Role') as CfnResource
  role.addPropertyDeletionOverride('ManagedPolicyArns')
  role.addPropertyOverride('Policies', [
    {
      PolicyName: 'log',
      PolicyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
            Resource: logGroup.logGroupArn,
          },
        ],
      },
    },
  ])
}
