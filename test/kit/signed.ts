import { createHash, createHmac } from 'node:crypto'

// Signature Version 4, written from its description and not with a library, so that it can disagree with one.

/** A key, and where it counts. */
export type Signing = { accessKeyId: string; secretAccessKey: string; region: string; service?: string }

const sha256 = (data: string | Buffer) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string) => createHmac('sha256', key).update(data).digest()
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`)

/** The headers that sign a request with this body, as of a time; host and body are those of the request. */
export function signed(
  method: string,
  url: string,
  body: string | Buffer,
  { accessKeyId, secretAccessKey, region, service = 'execute-api' }: Signing,
  at = new Date(),
): Record<string, string> {
  const { host, pathname, searchParams } = new URL(url)
  const time = at.toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const query = [...searchParams].map((pair) => pair.map(encode).join('=')).sort()
  const path = pathname.split('/').map(encode).join('/')
  const names = 'host;x-amz-date'
  const request = [
    method,
    path,
    query.join('&'),
    `host:${host}`,
    `x-amz-date:${time}`,
    '',
    names,
    sha256(body),
  ]
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(request.join('\n'))].join('\n')
  const key = scope.split('/').reduce<string | Buffer>(hmac, `AWS4${secretAccessKey}`)
  const signature = hmac(key, text).toString('hex')
  return {
    'x-amz-date': time,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
  }
}
