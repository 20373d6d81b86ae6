import type { Service } from './calls.ts'

/** An error of an AWS service. */
export type AwsError = {
  status: number
  /** The exception's name, such as TransactionCanceledException. */
  type: string
  message: string
  cancellationReasons?: { Code: string; Message?: string; Item?: Record<string, unknown> }[]
}

export type Reply = { status: number; headers: Record<string, string>; body: string }

/** The error in the service's form. */
export function errorReply(service: Service, requestId: string, error: AwsError): Reply {
  const code = escapeXml(error.type)
  const message = escapeXml(error.message)
  switch (service) {
    case 'dynamodb':
      return {
        status: error.status,
        headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': requestId },
        body: JSON.stringify({
          __type: `com.amazonaws.dynamodb.v20120810#${error.type}`,
          message: error.message,
          Message: error.message,
          CancellationReasons: error.cancellationReasons,
        }),
      }
    case 'lambda':
      return {
        status: error.status,
        headers: {
          'content-type': 'application/json',
          'x-amzn-errortype': error.type,
          'x-amzn-requestid': requestId,
        },
        body: JSON.stringify({ Type: 'User', Message: error.message, message: error.message }),
      }
    case 'sqs':
      return {
        status: error.status,
        headers: {
          'content-type': 'application/x-amz-json-1.0',
          'x-amzn-requestid': requestId,
          'x-amzn-query-error': `${error.type};Sender`,
        },
        body: JSON.stringify({ __type: `com.amazonaws.sqs#${error.type}`, message: error.message }),
      }
    case 's3':
      return xmlReply(error.status, `<Error><Code>${code}</Code><Message>${message}</Message></Error>`)
    case 'ses':
    case 'cloudformation':
      return xmlReply(
        error.status,
        `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error>` +
          `<RequestId>${requestId}</RequestId></ErrorResponse>`,
      )
  }
}

/** The service's error for a call that no policy allows. */
export function accessDenied(service: Service, message: string): AwsError {
  if (service === 'dynamodb') return { status: 400, type: 'AccessDeniedException', message }
  return { status: 403, type: service === 'lambda' ? 'AccessDeniedException' : 'AccessDenied', message }
}

export function xmlReply(status: number, body: string): Reply {
  return { status, headers: { 'content-type': 'text/xml' }, body: `<?xml version="1.0"?>${body}` }
}

export function escapeXml(text: string): string {
  return text.replace(/[<>&"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
