import { describe, expect, it } from 'vitest'
import type * as z from 'zod'
import { addUser } from '../../shared/contract/add-user.ts'
import { changeUser } from '../../shared/contract/change-user.ts'
import { listContacts } from '../../shared/contract/list-contacts.ts'
import { listInvitations } from '../../shared/contract/list-invitations.ts'
import { listUsers } from '../../shared/contract/list-users.ts'
import { openApiDocument } from '../../shared/contract/openapi.ts'
import { problemFor } from '../../shared/contract/problems.ts'
import { putUser } from '../../shared/contract/put-user.ts'
import { sendInvitation } from '../../shared/contract/send-invitation.ts'
import { isRefusal } from '../../shared/domain/refusals.ts'
import { bodyOf } from '../../shared/runtime/input.ts'

/** The fields that are wrong, each once; one that there is not is its name in brackets. */
function wrong(schema: z.ZodType, input: unknown): string[] {
  const issues = schema.safeParse(input).error?.issues ?? []
  const fields = issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys' ? issue.keys.map((key) => `[${key}]`) : [issue.path.join('/')],
  )
  return [...new Set(fields)]
}

const ada = { email: 'ada@acme.example', name: 'Ada Lind', profile: 'administrator' }

describe('no request may have a field or parameter that its route does not know', () => {
  it.each<[string, z.ZodType, object]>([
    ['send-invitation', sendInvitation.body, { email: 'bo@globex.example' }],
    ['add-user', addUser.body, ada],
    ['change-user', changeUser.body, {}],
    ['list-invitations', listInvitations.query, { direction: 'sent' }],
    ['list-contacts', listContacts.query, {}],
    ['any other list', listUsers.query, {}],
  ])('%s', (_, schema, input) => {
    expect(wrong(schema, input)).toEqual([])
    expect(wrong(schema, { ...input, colour: 'red' })).toEqual(['[colour]'])
    // A field of the product itself, which nobody may set from outside.
    expect(wrong(schema, { ...input, version: 7 })).toEqual(['[version]'])
  })
})

describe('POST /v1/invitations', () => {
  it('takes an address in any spelling, and keeps it trimmed, lower-cased, its domain in ASCII', () => {
    expect(sendInvitation.body.parse({ email: '  BO@Bu\u0308cher.example\t' })).toEqual({
      email: 'bo@xn--bcher-kva.example',
    })
  })

  it.each([undefined, null, 7, true, ['bo@globex.example'], {}, '', 'bo', 'bo@globex'])(
    '%j is no address',
    (email) => {
      expect(wrong(sendInvitation.body, { email })).toEqual(['email'])
    },
  )
})

// test/domain/addresses.test.ts has every address that is none.
it.each<[string, z.ZodType, object]>([
  ['send-invitation', sendInvitation.body, {}],
  ['add-user', addUser.body, ada],
  ['change-user', changeUser.body, {}],
  ['put-user', putUser.body, { ...ada, version: 1 }],
])('%s takes no address that nobody can send mail to', (_, schema, input) => {
  for (const email of ['bo@acme.example:25', 'bo@127.0.0.1', 'ö'.repeat(254), 'ö'.repeat(8000)])
    expect(wrong(schema, { ...input, email })).toEqual(['email'])
})

describe('POST /v1/users', () => {
  it('takes what a user is made of; the language is English unless said', () => {
    expect(addUser.body.parse(ada)).toEqual({ ...ada, locale: 'en' })
  })

  it.each(['email', 'name', 'profile'])('needs %s', (field) => {
    expect(wrong(addUser.body, { ...ada, [field]: undefined })).toEqual([field])
  })

  it('tells all that is wrong at once', () => {
    expect(wrong(addUser.body, { email: 'x', name: '', profile: 'king', locale: '?' })).toEqual([
      'email',
      'name',
      'profile',
      'locale',
    ])
  })

  it.each([
    [' A\u030asa ', 'Åsa'],
    ['a'.repeat(200), 'a'.repeat(200)],
  ])('the name %j is kept as %j', (name, kept) => {
    expect(addUser.body.parse({ ...ada, name }).name).toBe(kept)
  })

  it.each(['', 'a'.repeat(201), 'Ada\r\nBcc: all@acme.example', 7, null, {}])('%j is no name', (name) => {
    expect(wrong(addUser.body, { ...ada, name })).toEqual(['name'])
  })

  it.each(['billing-administrator', 'administrator', 'supervisor', 'manager', 'observer'])(
    '%s is a profile',
    (profile) => {
      expect(addUser.body.parse({ ...ada, profile }).profile).toBe(profile)
    },
  )

  it.each(['', 'Administrator', 'king', 7, null])('%j is no profile', (profile) => {
    expect(wrong(addUser.body, { ...ada, profile })).toEqual(['profile'])
  })

  it.each([
    ['sv', 'sv'],
    ['SV-se', 'sv-SE'],
    ['zh-hant-tw', 'zh-Hant-TW'],
    ['iw', 'he'],
  ])('the locale %s is kept in its canonical form, %s', (locale, canonical) => {
    expect(addUser.body.parse({ ...ada, locale }).locale).toBe(canonical)
  })

  it.each([
    '',
    'sv_SE',
    'swedish-please-and-thank-you',
    '../../etc/passwd',
    'en-x-aaaaaaaa-bbbbbbbb-cccccccc-dddddddd',
    7,
    null,
    ['sv'],
  ])('%j is no locale', (locale) => {
    expect(wrong(addUser.body, { ...ada, locale })).toEqual(['locale'])
  })
})

describe('PATCH /v1/users/{id}', () => {
  it('takes any of the fields, none included, and adds none', () => {
    expect(changeUser.body.parse({})).toEqual({})
    expect(changeUser.body.parse({ name: ' Ada ' })).toEqual({ name: 'Ada' })
    expect(changeUser.body.parse({ ...ada, locale: 'SV' })).toEqual({ ...ada, locale: 'sv' })
  })

  it.each(['email', 'name', 'profile', 'locale'])('%s can’t be taken away', (field) => {
    expect(wrong(changeUser.body, { [field]: null })).toEqual([field])
  })
})

describe('lists', () => {
  it('have 25 items a page unless said', () => {
    expect(listUsers.query.parse({})).toEqual({ limit: 25 })
  })

  it.each([
    ['1', 1],
    ['9', 9],
    ['10', 10],
    ['99', 99],
    ['100', 100],
  ])('limit=%s is a limit', (limit, number) => {
    expect(listUsers.query.parse({ limit }).limit).toBe(number)
  })

  it.each(['0', '101', '1000', '-1', '1.5', '1e2', ' 1', '1 ', '01', '', 'all', '0x10'])(
    'limit=%j is none',
    (limit) => {
      expect(wrong(listUsers.query, { limit })).toEqual(['limit'])
    },
  )

  it('a cursor is opaque, and has an end', () => {
    expect(listUsers.query.parse({ cursor: 'AbC-_' }).cursor).toBe('AbC-_')
    expect(wrong(listUsers.query, { cursor: 'a'.repeat(2049) })).toEqual(['cursor'])
  })

  it('of invitations need a direction, sent or received', () => {
    expect(listInvitations.query.parse({ direction: 'sent' }).direction).toBe('sent')
    expect(listInvitations.query.parse({ direction: 'received' }).direction).toBe('received')
    expect(wrong(listInvitations.query, {})).toEqual(['direction'])
    expect(wrong(listInvitations.query, { direction: 'both' })).toEqual(['direction'])
  })

  it('of invitations may ask for the pending or the rejected; accepted ones are partners', () => {
    expect(listInvitations.query.parse({ direction: 'sent', status: 'pending' }).status).toBe('pending')
    expect(listInvitations.query.parse({ direction: 'sent', status: 'rejected' }).status).toBe('rejected')
    expect(wrong(listInvitations.query, { direction: 'sent', status: 'accepted' })).toEqual(['status'])
  })

  it('of contacts may ask for a kind and an account', () => {
    expect(listContacts.query.parse({ kind: 'user' }).kind).toBe('user')
    expect(listContacts.query.parse({ kind: 'member', accountId: 'globex' })).toEqual({
      kind: 'member',
      accountId: 'globex',
      q: '',
    })
    expect(listContacts.query.parse({ limit: '7' }).limit).toBe(7)
    expect(wrong(listContacts.query, { limit: '101' })).toEqual(['limit'])
    expect(wrong(listContacts.query, { q: 'a'.repeat(201) })).toEqual(['q'])
    expect(wrong(listContacts.query, { kind: 'partner' })).toEqual(['kind'])
    expect(wrong(listContacts.query, { accountId: '' })).toEqual(['accountId'])
    expect(wrong(listContacts.query, { accountId: 'a'.repeat(129) })).toEqual(['accountId'])
  })
})

describe('the examples of refusals are what such requests get', () => {
  const examples = openApiDocument().components.examples as Record<string, { value: object }>

  it.each([
    ['malformed-request', { ...ada, colour: 'red' }],
    ['invalid-email', { ...ada, email: 'nobody' }],
    ['invalid-field', { ...ada, name: '' }],
  ])('%s', (code, body) => {
    const refusal = bodyOf({ headers: {}, body: JSON.stringify(body), isBase64Encoded: false }, addUser.body)
    expect(isRefusal(refusal) && problemFor(refusal, 'T2n1xgh3gi0EPzA=')).toEqual(examples[code]?.value)
  })
})
