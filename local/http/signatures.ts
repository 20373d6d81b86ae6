import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Hash } from '@smithy/core/serde'
import { SignatureV4 } from '@smithy/signature-v4'
import { splitTarget, valuesByName } from './paths.ts'

/** The key of the host product's back end, which can call the directory and nothing else. */
export const directoryKey = { accessKeyId: 'DIRECTORY', secretAccessKey: 'local' }

const service = 'execute-api'
const maxSkewMilliseconds = 5 * 60_000

/** The signer, as the gateway passes it to the function. */
export type Signer = {
  accessKey: string
  accountId: string
  callerId: string
  cognitoIdentity: null
  principalOrgId: string
  userArn: string
  userId: string
}

/**
 * Checks the signature in a request's headers (Signature Version 4) as API Gateway's IAM authorizer does: the key,
 * region, service and time, and the signature of method, path, query, headers and body. Returns the signer, or why the
 * signature is not valid, which API Gateway does not show to the caller.
 */
export async function signerOf(
  request: IncomingMessage,
  body: Buffer,
  { region, account }: { region: string; account: string },
): Promise<Signer | string> {
  const claim = parse(request.headers.authorization)
  if (!claim) return 'there is no signature in the header Authorization'
  if (claim.accessKeyId !== directoryKey.accessKeyId) return 'the access key id is not known'
  const time = String(request.headers['x-amz-date'])
  const signingDate = dateOf(time)
  if (!signingDate) return 'there is no x-amz-date'
  if (Math.abs(Date.now() - signingDate.getTime()) > maxSkewMilliseconds) return 'the signature is too old'
  if (claim.scope !== `${time.slice(0, 8)}/${region}/${service}/aws4_request`) {
    return `the signature is for ${claim.scope}`
  }
  if (!['host', 'x-amz-date'].every((name) => claim.signedHeaders.includes(name))) {
    return 'host or x-amz-date is not signed'
  }
  const bodyHash = request.headers['x-amz-content-sha256']
  if (bodyHash !== undefined && bodyHash !== createHash('sha256').update(body).digest('hex')) {
    return 'the body is not the one that was signed'
  }
  const { signedHeaders } = claim
  const expected = await signatureOf(request, body, { signedHeaders, signingDate, region })
  if (!timingSafeEqual(Buffer.from(expected, 'hex'), Buffer.from(claim.signature, 'hex'))) {
    return 'the signature is not of this request with the secret of this key'
  }
  return {
    accessKey: claim.accessKeyId,
    accountId: account,
    callerId: claim.accessKeyId,
    cognitoIdentity: null,
    principalOrgId: 'aws:PrincipalOrgID',
    userArn: `arn:aws:iam::${account}:user/directory`,
    userId: claim.accessKeyId,
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

/** Signs the request again, with the same headers and time, for its right signature. */
async function signatureOf(
  request: IncomingMessage,
  body: Buffer,
  { signedHeaders, signingDate, region }: { signedHeaders: string[]; signingDate: Date; region: string },
): Promise<string> {
  const { path, query } = splitTarget(request.url)
  const names = new Set(signedHeaders)
  const signer = new SignatureV4({
    credentials: directoryKey,
    region,
    service,
    sha256: Hash.bind(null, 'sha256'),
    applyChecksum: false,
  })
  const signed = await signer.sign(
    {
      method: request.method ?? 'GET',
      protocol: 'http:',
      // The header `host` is signed instead.
      hostname: 'gateway',
      path,
      query: valuesByName(query),
      headers: Object.fromEntries(
        [...names].map((name) => [name, (request.headersDistinct[name] ?? []).join(',')]),
      ),
      body,
    },
    { signingDate, signableHeaders: names },
  )
  return signed.headers.authorization?.split('Signature=')[1] ?? ''
}
