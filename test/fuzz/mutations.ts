import type { Random } from '../kit/random.ts'
import type { Kind, Known } from './known.ts'
import type { Draft, Wire } from './request.ts'

const repeat = (text: string, times: number) => text.repeat(times)

const words = (text: string) => text.trim().split(/\s+/)

/** Texts that programs are known to trip over. */
const oddTexts = [
  ...words(`
    ﬃ½Ⅷ 👩‍👩‍👧‍👦 __proto__ constructor toString =1+1 @SUM(A1) <script>alert(1)</script> {{7*7}}
    %00%2f..%2f ../../etc/passwd ACCOUNT#x USER#a#b # null undefined NaN 1e309 -0 https://evil.example/
    javascript:alert(1) data:text/html,x a@b@c.example a@xn--.example a@[127.0.0.1] ａｄａ@fuzz.example
  `),
  '',
  ' ',
  '\0',
  'a\0b',
  'line\r\nbreak',
  'Bo\r\nBcc: eve@evil.example',
  'tab\tbed',
  'a\u2028b\u2029c',
  '\u0085',
  '\ud800',
  'lone \udfff tail',
  '\u202egnirts',
  '\u200b\u200d\ufeff',
  '\u00ad',
  '\u2800',
  '\u3164',
  '\u115f\u1160',
  '\ufe0f\u{e0041}\u{e007f}',
  '\u2066isolated',
  '\uffff',
  '\u{1fffe}',
  '\u0378',
  'two  spaces\u3000wide',
  'e\u0301',
  '\u1e9b\u0323',
  'İstanbul ẞ ﬀ',
  '"; DROP TABLE users; --',
  '"a b"@c.example',
  'Ada@ACME.example ',
  repeat('x', 201),
  repeat('å', 300),
  repeat('é', 513),
  repeat('x', 1025),
  repeat('👍', 2048),
  repeat('x', 15_000),
]

const oddKeys = [
  ...words(
    '__proto__ constructor prototype toString hasOwnProperty valueOf Email id accountId version pk a.b a/b~c 0',
  ),
  '',
  'email ',
  'å\u0301',
  '\ud800',
]

/** The names by which the product itself tells its values apart: none of them may mean anything in a request. */
const internalNames = words(`
  refusal errors retryAfter code committed failed conflict unchanged next value success data error status
  statusCode headers body isBase64Encoded response request requestContext receiptHandle dynamodb user caller
  administrator removed hostVersionOnly dryRun type pk sk list position salt hostVersion changedAt expires S M
  __proto__ constructor
`)

const internalValues = [null, true, {}, [], 0, 404, 'nope', 'not-found', 'internal-error', 'invalid-email']

const oddNumbers = [
  0,
  -0,
  -1,
  1.5,
  1e21,
  2 ** 53,
  -(2 ** 53),
  Number.MAX_VALUE,
  Number.MIN_VALUE,
  4_294_967_296,
]

const nested = (depth: number): unknown => JSON.parse(`${repeat('[', depth)}${repeat(']', depth)}`)

const oddValues = (random: Random): unknown =>
  random.pick([
    () => null,
    () => true,
    () => [],
    () => ({}),
    () => ['a'],
    () => ({ length: 1 }),
    () => JSON.parse('{"__proto__":{"administrator":true}}') as unknown,
    () => ({ toString: 'x', valueOf: 'y' }),
    () => nested(50),
    () => random.pick(oddNumbers),
    () => random.pick(oddTexts),
  ])()

type Fields = Record<string, unknown>

/** Sets a key as JSON does, `__proto__` too. */
const set = (object: Fields, key: string, value: unknown) =>
  Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true })

const kinds: Kind[] = ['account', 'email', 'user', 'invitation', 'contact', 'share', 'cursor']

/** An id that nobody has given out, made from one that somebody has. */
function forged(id: string, random: Random): string {
  const at = random.below(id.length + 1)
  const decoded = Buffer.from(id, 'base64url')
  return random.pick([
    () => id.slice(0, at),
    () => id + id,
    () => `${id}=`,
    () => `${id.slice(0, at)}A${id.slice(at + 1)}`,
    () => id.toUpperCase(),
    () => ` ${id}`,
    () => `${id}\n`,
    () => id.split('').reverse().join(''),
    () => decoded.toString('base64'),
    () => Buffer.concat([decoded, Buffer.from('vault')]).toString('base64url'),
    () => decoded.fill(random.below(256), random.below(decoded.length + 1)).toString('base64url'),
    () => Buffer.from(`${decoded.toString('latin1')}#../`, 'latin1').toString('base64url'),
  ])()
}

const someKey = (object: object, random: Random): string | undefined => {
  const keys = Object.keys(object)
  return keys.length > 0 ? random.pick(keys) : undefined
}

function onField(change: (json: Fields, key: string, random: Random) => void) {
  return ({ json }: Draft, _: Known, random: Random): void => {
    const key = json ? someKey(json as Fields, random) : undefined
    if (key !== undefined) change(json as Fields, key, random)
  }
}

type DraftMutation = (draft: Draft, known: Known, random: Random) => void

/** What can be wrong with what is asked. */
export const draftMutations: Record<string, DraftMutation> = {
  'a field left out': onField((json, key) => delete json[key]),
  'a field of another type': onField((json, key, random) => set(json, key, oddValues(random))),
  'an odd text': onField((json, key, random) => set(json, key, random.pick(oddTexts))),
  'an odd text within': onField((json, key, random) => set(json, key, `a${random.pick(oddTexts)}b`)),
  'an unknown field': ({ json }, _, random) => {
    if (json) set(json as Fields, random.pick(oddKeys), oddValues(random))
  },
  'a name of the product’s own': ({ json, query }, _, random) => {
    const name = random.chance(0.25) ? 'refusal' : random.pick(internalNames)
    const value = random.pick([
      ...internalValues,
      { [random.pick(internalNames)]: random.pick(internalValues) },
    ])
    if (!json || random.chance(0.1)) query.push([name, String(value)])
    else {
      // Alone, and beside what was asked for.
      if (random.chance(0.5)) for (const key of Object.keys(json)) delete (json as Fields)[key]
      for (let names = random.below(3); names > 0; names--)
        set(json as Fields, random.pick(internalNames), random.pick(internalValues))
      set(json as Fields, name, value)
    }
  },
  'another kind of id': ({ operation, params, json }, known, random) => {
    const value = known.any(random.pick(kinds), operation.access, random)?.text
    const key = someKey(params, random)
    if (key !== undefined && value !== undefined) params[key] = value
    else onField((fields, field) => set(fields, field, value))({ json } as Draft, known, random)
  },
  'a forged id': ({ params }, _, random) => {
    const key = someKey(params, random)
    if (key !== undefined) params[key] = forged(params[key] ?? '', random)
  },
  'an odd id': ({ params }, _, random) => {
    const key = someKey(params, random)
    if (key !== undefined) params[key] = random.pick(oddTexts)
  },
  'a forged cursor': ({ operation, query }, known, random) => {
    const cursor = known.any('cursor', operation.access, random)?.text
    if (cursor) query.push(['cursor', random.chance(0.5) ? cursor : forged(cursor, random)])
  },
  'an odd parameter': ({ query }, _, random) => {
    query.push([
      random.pick([...oddKeys, 'limit', 'cursor', 'q', 'kind', 'direction']),
      random.pick(oddTexts),
    ])
  },
  'a limit': ({ query }, _, random) => {
    query.push([
      'limit',
      random.pick(['0', '1', '100', '101', '-1', '1e2', '١', '0x10', ' 5', '5,5', '9'.repeat(400)]),
    ])
  },
  'a parameter twice': ({ query }, _, random) => {
    if (query.length > 0) query.push([...random.pick(query)])
  },
  'a parameter left out': ({ query }) => {
    query.pop()
  },
  'a text to search for': ({ query }, _, random) => {
    query.push(['q', random.pick(['a', 'ada', 'Å', ...oddTexts])])
  },
  'an Idempotency-Key': ({ headers }, _, random) => {
    headers['idempotency-key'] = random.pick([
      ...words('one two "three" å __proto__ a,b'),
      '',
      ' ',
      repeat('k', 255),
      repeat('k', 3000),
    ])
  },
  'an Accept': ({ headers }, _, random) => {
    headers.accept = random.pick([
      ...words('text/csv application/xml * ;;;'),
      'text/csv;q=0, */*',
      'TEXT/CSV ; Q=0.5, */*;q=0.1',
      'text/*;q=1, text/csv;q=0.000',
      'text/csv; charset=utf-16',
      '',
      repeat('a/b,', 500),
    ])
  },
  'an odd header': ({ headers }, _, random) => {
    const name = random.pick(
      words(`
      x-request-id if-none-match range x-http-method-override accept-encoding accept-language cookie
      __proto__ constructor x-forwarded-for
    `),
    )
    headers[name] = random.pick([
      ...words('DELETE W/"x" bytes=0- * null'),
      'a=b; __proto__=c',
      repeat('h', 2000),
    ])
  },
}

type WireMutation = (wire: Wire, random: Random) => void

const onBody =
  (change: (text: string, random: Random) => string | Buffer) => (wire: Wire, random: Random) => {
    if (wire.body) wire.body = Buffer.from(change(wire.body.toString(), random))
  }

/** What can be wrong with how it is spelled. */
export const wireMutations: Record<string, WireMutation> = {
  'a body cut short': onBody((text, random) => text.slice(0, random.below(text.length))),
  'a body that is no JSON': onBody((text, random) =>
    random.pick([
      () => `${text}${text}`,
      () => text.replaceAll('"', "'"),
      () => text.replace('}', ',}'),
      () => `// ${text}`,
      () => `\ufeff${text}`,
      () => text.replace(/:"[^"]*"/, ':NaN'),
      () => text.replace(/:"[^"]*"/, ':01'),
      () => 'email=a%40b.example',
      () => '<a/>',
      () => '\0',
    ])(),
  ),
  'a body that is no object': onBody((_, random) =>
    random.pick(['null', '[]', '[{}]', '""', '7', 'true', '-0', '1e999']),
  ),
  'a number that is too large': onBody((text, random) =>
    text.replace(/:("[^"]*"|\d+)/, `:${random.pick(['1e999', '-1e999', repeat('9', 400), '0.1e-999'])}`),
  ),
  'a field twice': onBody((text) => text.replace(/^\{("[^"]*":[^,}]*)/, '{$1,$1')),
  'a body nested deeply': onBody((text, random) => {
    const depth = random.pick([100, 2000, 100_000])
    return text.replace(/:("[^"]*"|\d+)/, () => `:${repeat('{"a":', depth)}1${repeat('}', depth)}`)
  }),
  'a body that is too large': onBody((text, random) =>
    text.replace(/^\{/, () => `{${repeat(' ', random.pick([16_384, 70_000, 1_000_000]))}`),
  ),
  'bytes that are no UTF-8': onBody((text, random) => {
    const bytes = Buffer.from(text)
    bytes[random.below(bytes.length)] = random.pick([0x80, 0xc0, 0xed, 0xff])
    return bytes
  }),
  'no body': (wire) => {
    wire.body = undefined
  },
  'a body where none is asked for': (wire) => {
    wire.body ??= Buffer.from('{"__proto__":{"a":1}}')
  },
  'another media type': (wire, random) => {
    wire.headers['content-type'] = random.pick([
      ...words(`
      text/plain application/x-www-form-urlencoded application/problem+json APPLICATION/JSON
      application/octet-stream ; json
    `),
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-16',
      ' application/json ;',
      'application/json, text/plain',
      '',
    ])
  },
  'no media type': (wire) => {
    delete wire.headers['content-type']
  },
  'odd escapes in the path': (wire, random) => {
    const odd = random.pick(
      words('% %zz %00 %2F %2f.. %c0%af %ff %ED%A0%80 %25 %2e%2e + ;a=b %E2%80%A8 %0d%0a // / .. %7B :'),
    )
    const [path = '', query] = wire.target.split('?')
    const at = path.lastIndexOf('/') + 1 + random.below(3)
    wire.target = `${path.slice(0, at)}${odd}${path.slice(at)}${query === undefined ? '' : `?${query}`}`
  },
  'odd escapes in the query': (wire, random) => {
    const more = random.pick([
      ...words(`
      && = =&= % %zz=1 limit=% cursor=%ff limit[]=1 a=%00 ? ??limit=1 constructor[prototype][a]=1
      __proto__=1&__proto__=2
    `),
      repeat('a=1&', 500),
    ])
    wire.target += `${wire.target.includes('?') ? '&' : '?'}${more}`
  },
  'HEAD instead of GET': (wire) => {
    if (wire.method === 'GET') wire.method = 'HEAD'
  },
  'another method': (wire, random) => {
    wire.method = random.pick(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'])
  },
}

/** What can be wrong with a token. In this process there is none: the authorizer has been passed. */
export const tokenMutations: Record<string, WireMutation> = {
  'no token': (wire) => {
    delete wire.headers.authorization
  },
  'a token of nobody’s making': (wire, random) => {
    const [header = '', payload = '', signature = ''] = (wire.headers.authorization ?? '').slice(7).split('.')
    const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
    wire.headers.authorization = random.pick([
      `Bearer ${header}.${payload}.`,
      `Bearer ${encode({ alg: 'none', typ: 'JWT' })}.${payload}.`,
      `Bearer ${encode({ alg: 'HS256' })}.${payload}.${signature}`,
      `Bearer ${header}.${encode({ sub: 'x', account_id: 'y', scope: 'partners', exp: 9e9 })}.${signature}`,
      `Bearer ${header}.${payload}.${[...signature].reverse().join('')}`,
      `Bearer ${header}.${payload}`,
      `Bearer ${repeat('x', 7000)}`,
      'Bearer',
      'Bearer null',
      'Basic YWRhOmFkYQ==',
      'AWS4-HMAC-SHA256 Credential=x/20260101/eu-north-1/execute-api/aws4_request, SignedHeaders=host, Signature=0',
      '',
    ])
  },
}
