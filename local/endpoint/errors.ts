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
  const { status, type, message } = error
  const json = (headers: Record<string, string>, body: object): Reply => ({
    status,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': requestId, ...headers },
    body: JSON.stringify({ ...body, message }),
  })
  const details = `<Code>${escapeXml(type)}</Code><Message>${escapeXml(message)}</Message>`
  switch (service) {
    case 'dynamodb': {
      const __type = `com.amazonaws.dynamodb.v20120810#${type}`
      return json({}, { __type, Message: message, CancellationReasons: error.cancellationReasons })
    }
    case 'lambda': {
      const headers = { 'content-type': 'application/json', 'x-amzn-errortype': type }
      return json(headers, { Type: 'User', Message: message })
    }
    case 'sqs':
      return json({ 'x-amzn-query-error': `${type};Sender` }, { __type: `com.amazonaws.sqs#${type}` })
    case 's3':
      return xmlReply(status, `<Error>${details}</Error>`)
    case 'ses':
    case 'cloudformation':
      return xmlReply(
        status,
        `<ErrorResponse><Error><Type>Sender</Type>${details}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`,
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
