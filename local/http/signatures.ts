import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { SignatureV4 } from '@smithy/signature-v4'
import { splitTarget } from './paths.ts'

/** The key of the host product's back end: it may call the directory, and nothing else. */
export const directoryKey = { accessKeyId: 'DIRECTORY', secretAccessKey: 'local' }

const service = 'execute-api'
const maxSkewMilliseconds = 5 * 60_000

/** What the gateway tells the function about who signed. */
export type Signer = {
  accessKey: string
  accountId: string
  callerId: string
  cognitoIdentity: null
  principalOrgId: string
  userArn: string
  userId: string
}

/** What the signing library wants of a hash: with a secret, it is keyed. */
class Sha256 {
  readonly #hash

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret))
  }

  update(data: Uint8Array) {
    this.#hash.update(data)
  }

  async digest() {
    return new Uint8Array(this.#hash.digest())
  }

  reset() {}
}

const bytesOf = (data: string | ArrayBuffer | ArrayBufferView): Uint8Array =>
  typeof data === 'string'
    ? Buffer.from(data)
    : ArrayBuffer.isView(data)
      ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
      : new Uint8Array(data)

/**
 * Who signed a request (Signature Version 4, in its headers) as API Gateway's IAM authorizer checks it: the key, the
 * region and service, the time, and the signature of method, path, query, the headers named, and the body.
 *
 * @returns the signer, or what is wrong, which API Gateway tells its log and not the caller
 */
export async function signerOf(
  request: IncomingMessage,
  body: Buffer,
  { region, account }: { region: string; account: string },
): Promise<Signer | string> {
  const given = parse(request.headers.authorization)
  if (!given) return 'there is no signature in the header Authorization'
  if (given.accessKeyId !== directoryKey.accessKeyId) return 'the access key id is not known'
  const time = String(request.headers['x-amz-date'])
  const signingDate = dateOf(time)
  if (!signingDate) return 'there is no x-amz-date'
  if (Math.abs(Date.now() - signingDate.getTime()) > maxSkewMilliseconds) return 'the signature is too old'
  if (given.scope !== `${time.slice(0, 8)}/${region}/${service}/aws4_request`) {
    return `the signature is for ${given.scope}`
  }
  if (!['host', 'x-amz-date'].every((name) => given.signedHeaders.includes(name))) {
    return 'host or x-amz-date is not signed'
  }
  const claimed = request.headers['x-amz-content-sha256']
  if (claimed !== undefined && claimed !== createHash('sha256').update(body).digest('hex')) {
    return 'the body is not the one that was signed'
  }
  const expected = await signatureOf(request, body, given.signedHeaders, signingDate, region)
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(given.signature, 'hex'))) {
    return 'the signature is not of this request with the secret of this key'
  }
  return {
    accessKey: given.accessKeyId,
    accountId: account,
    callerId: given.accessKeyId,
    cognitoIdentity: null,
    principalOrgId: 'aws:PrincipalOrgID',
    userArn: `arn:aws:iam::${account}:user/directory`,
    userId: given.accessKeyId,
  }
}

function parse(header = '') {
  const found =
    /^AWS4-HMAC-SHA256 +Credential=([^/,]+)\/([^,]+), *SignedHeaders=([^,]+), *Signature=([0-9a-f]{64})$/.exec(
      header,
    )
  const [, accessKeyId = '', scope = '', signedHeaders = '', signature = ''] = found ?? []
  return found ? { accessKeyId, scope, signedHeaders: signedHeaders.split(';'), signature } : undefined
}

function dateOf(time: string): Date | undefined {
  const iso = time.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z')
  return iso === time || Number.isNaN(Date.parse(iso)) ? undefined : new Date(iso)
}

/** The signature that the request would have to have: it is signed again, with the same headers at the same time. */
async function signatureOf(
  request: IncomingMessage,
  body: Buffer,
  signedHeaders: string[],
  signingDate: Date,
  region: string,
): Promise<string> {
  const { path, query } = splitTarget(request.url)
  const searchParams = new URLSearchParams(query)
  const names = new Set(signedHeaders)
  const signer = new SignatureV4({
    credentials: directoryKey,
    region,
    service,
    sha256: Sha256,
    applyChecksum: false,
  })
  const signed = await signer.sign(
    {
      method: request.method ?? 'GET',
      protocol: 'http:',
      // Not signed: the header `host` is.
      hostname: 'gateway',
      path,
      query: Object.fromEntries(
        [...new Set(searchParams.keys())].map((name) => [name, searchParams.getAll(name)]),
      ),
      headers: Object.fromEntries(
        [...names].map((name) => [name, (request.headersDistinct[name] ?? []).join(',')]),
      ),
      body,
    },
    { signingDate, signableHeaders: names },
  )
  return signed.headers.authorization?.split('Signature=')[1] ?? ''
}
