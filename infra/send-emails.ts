import { CfnOutput, Stack } from 'aws-cdk-lib'
import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { FilterRule } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'
import { type EffectProps, StreamFunction, written } from './stream-function.ts'

/** Sends the e-mails that events and confirmations call for. */
export class SendEmails extends StreamFunction {
  constructor(scope: Construct, props: EffectProps) {
    const { mailFrom, webUrl } = props.environment
    const domain = mailFrom.slice(mailFrom.indexOf('@') + 1)
    const stack = Stack.of(scope)
    super(scope, 'send-emails', {
      ...props,
      filters: [
        written(['INSERT'], 'event', { mail: { S: FilterRule.exists() } }),
        // A newer confirmation replaces an older one. The digest of its token is written by send-emails itself.
        written(['INSERT', 'MODIFY'], 'confirmation', { digest: { S: FilterRule.notExists() } }),
      ],
      batchSize: 10,
      // Two at a time send about 14 e-mails a second, which is what SES allows a new account.
      parallelizationFactor: 2,
      statements: [
        new PolicyStatement({
          actions: ['ses:SendEmail'],
          resources: [stack.formatArn({ service: 'ses', resource: 'identity', resourceName: domain })],
          conditions: { StringEquals: { 'ses:FromAddress': mailFrom } },
        }),
      ],
    })
    // The local stack replaces this address in links, so that they lead to the pages that it serves.
    new CfnOutput(stack, 'LinksBegin', { value: webUrl })
  }
}
