import type { APIGatewayProxyEventV2WithJWTAuthorizer as Event } from 'aws-lambda'
import fc from 'fast-check'
import { v7 as uuid } from 'uuid'
import { describe, expect, it } from 'vitest'
import { addShare } from '../../shared/contract/add-share.ts'
import { addUser } from '../../shared/contract/add-user.ts'
import { putAccount } from '../../shared/contract/put-account.ts'
import { putUser } from '../../shared/contract/put-user.ts'
import { shareKinds } from '../../shared/domain/shares.ts'
import { callerOf } from '../../shared/runtime/caller.ts'
import type { ActiveUser } from '../../shared/table/items.ts'
import {
  contactPosition,
  type Key,
  keys,
  type List,
  lists,
  parseConfirmationToken,
  parseContactId,
  parseInvitationId,
  parseShareId,
} from '../../shared/table/keys.ts'
import { userItem } from '../../shared/table/users.ts'

const seed = 7

/** DynamoDB's limits, in bytes; they are the same in an index. */
const limits = { partitionKey: 2_048, sortKey: 1_024 }

const day = '2026-11-23'
const version = Number.MAX_SAFE_INTEGER
const hash = 'f'.repeat(32)
const digest = 'x'.repeat(43)
const status = 'rejected'

type Input = { account: string; other: string; user: string; email: string; name: string }

/** Each key that there is, made of what was accepted. */
const everyKey = {
  account: ({ account }) => keys.account(account),
  user: ({ account, user }) => keys.user(account, user),
  email: ({ email }) => keys.email(email),
  address: ({ account, email }) => keys.address(account, email),
  confirmation: ({ account, user }) => keys.confirmation(account, user),
  invitation: ({ account }) => keys.invitation({ sender: account, hash }),
  pair: ({ account, other }) => keys.pair(account, other),
  partnership: ({ account, other }) => keys.partnership(account, other),
  contact: ({ account, other, user }) => keys.contact(account, other, user),
  share: ({ account }) => keys.share(account, hash),
  mirror: ({ account, other }) => keys.mirror(other, { accountId: account, hash }),
  event: ({ account }) => keys.event(account, uuid()),
  mail: ({ account, user }) => keys.mail(uuid(), { accountId: account, userId: user }),
  snapshot: ({ account, other, user }) => keys.snapshot(account, other, version, keys.user(other, user).sk),
  tail: ({ account, other, user }) =>
    keys.tail({ accountId: account, userId: user }, version, keys.partnership(account, other).sk),
  quota: ({ account }) => keys.quota(account, day),
  addressQuota: ({ account, email }) => keys.addressQuota(account, email, day),
  confirmationQuota: ({ account, email }) => keys.confirmationQuota(account, email, day),
  mailQuota: ({ email }) => keys.mailQuota(email, day),
  slice: () => keys.slice(),
} satisfies Record<keyof typeof keys, (input: Input) => Key<unknown>>

/** Each value of an index's partition key that there is. */
const everyList = {
  contacts: ({ account }) => lists.contacts(account),
  contactsOfKind: ({ account }) => lists.contactsOfKind(account, 'member'),
  contactsFrom: ({ account, other }) => lists.contactsFrom(account, other),
  partners: ({ account }) => lists.partners(account),
  invitations: ({ account }) => lists.invitations('received', account, status),
  shares: ({ account }) => lists.shares(account, { direction: 'outgoing', kind: shareKinds[2] }),
  request: () => lists.request(digest),
} satisfies Record<keyof typeof lists, (input: Input) => List>

function expectKeysThatFit(input: Input) {
  for (const [name, keyOf] of Object.entries(everyKey)) {
    const { pk, sk } = keyOf(input)
    expect(Buffer.byteLength(pk), name).toBeLessThanOrEqual(limits.partitionKey)
    expect(Buffer.byteLength(sk), name).toBeLessThanOrEqual(limits.sortKey)
  }
  for (const [name, listOf] of Object.entries(everyList))
    expect(Buffer.byteLength(listOf(input).name), name).toBeLessThanOrEqual(limits.partitionKey)
  const { account, user, name } = input
  const { position = '' } = userItem({ ...someUser, accountId: account, userId: user, name })
  for (const place of [position, contactPosition(name, account, user)])
    expect(Buffer.byteLength(place)).toBeLessThanOrEqual(limits.sortKey)
}

const someUser: ActiveUser = {
  type: 'user',
  accountId: '',
  userId: '',
  email: '',
  emailConfirmed: true,
  name: '',
  profile: 'manager',
  locale: 'en',
  version: 1,
  changedAt: day,
  createdAt: day,
}

const texts = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: 'binary', maxLength }),
    fc.string({ unit: 'grapheme', maxLength }),
    fc.string({
      unit: fc.constantFrom('@', '|', ':', '[', '(', 'a', 'é', '\uffff', '👩', 'ﷺ', '\u0344'),
      maxLength,
    }),
  )
const id = fc.oneof(
  { weight: 1, arbitrary: texts(140) },
  {
    weight: 9,
    arbitrary: fc.string({ unit: fc.constantFrom(...'@|:;=+$&,[]!()*a1.-'), minLength: 1, maxLength: 128 }),
  },
)
const labels = fc.array(
  fc.oneof(
    { weight: 1, arbitrary: texts(20) },
    { weight: 9, arbitrary: fc.string({ unit: fc.constantFrom(...'aü例é'), minLength: 1, maxLength: 60 }) },
  ),
  { minLength: 1, maxLength: 4 },
)
const local = fc.oneof(
  { weight: 1, arbitrary: texts(70) },
  {
    weight: 9,
    arbitrary: fc.string({ unit: fc.constantFrom(...'#%/?^`{|}a'), minLength: 1, maxLength: 64 }),
  },
)
const alike = fc
  .tuple(
    fc.constantFrom('a', 'ü', '例', '👩'),
    fc.integer({ min: 1, max: 63 }),
    fc.integer({ min: 1, max: 5 }),
  )
  .map(([character, length, count]) => Array.from({ length: count }, () => character.repeat(length)))
const email = fc
  .tuple(local, fc.oneof(labels, alike))
  .map(([local, labels]) => `${local}@${labels.join('.')}.example`)
const input = fc.record({ account: id, other: id, user: id, email, name: texts(220) })

describe('a key fits into DynamoDB', () => {
  it('whatever is accepted', () => {
    let accepted = 0
    fc.assert(
      fc.property(input, ({ account, other, user, email, name }) => {
        const path = putUser.params.safeParse({ accountId: account, userId: user })
        const another = putAccount.params.safeParse({ accountId: other })
        const body = addUser.body.safeParse({ email, name, profile: 'manager' })
        if (!path.success || !another.success || !body.success) return
        accepted += 1
        const { accountId, userId } = path.data
        expectKeysThatFit({ ...body.data, account: accountId, user: userId, other: another.data.accountId })
      }),
      { seed, numRuns: 5_000 },
    )
    expect(accepted).toBeGreaterThan(200)
  })

  it('also the longest of all that is accepted', () => {
    const id = '@'.repeat(128)
    const local = '#'.repeat(64)
    const domain = `${`${'a'.repeat(63)}.`.repeat(2)}${'a'.repeat(61)}`
    // Each of these 200 characters becomes a text of 18 when names are sorted: 33 bytes.
    const longest = { email: `${local}@${domain}`, name: 'ﷺ'.repeat(200), profile: 'manager' }
    const { email, name } = addUser.body.parse(longest)
    expect(email).toHaveLength(254)
    expectKeysThatFit({
      ...putUser.params.parse({ accountId: id, userId: id }),
      account: id,
      other: id,
      user: id,
      email,
      name,
    })
    const share = { partnerAccountId: id, kind: 'proof', objectId: id, title: 'x' }
    expect(addShare.body.safeParse(share).success).toBe(true)
  })

  it('whatever is given as the id of an invitation, a contact, a share or as a token', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3_000 }),
      // An id of ours, with an account's id of anybody's making.
      fc
        .tuple(fc.uint8Array({ minLength: 32, maxLength: 32 }), texts(1_500))
        .map(([head, text]) => Buffer.concat([head, Buffer.from(text)])),
      fc
        .tuple(texts(1_000), texts(1_000))
        .map(([a, b]) => Buffer.from(`${encodeURIComponent(a.toWellFormed())}#${b}`)),
    )
    fc.assert(
      fc.property(bytes, (bytes) => {
        const text = Buffer.from(bytes).toString('base64url')
        const [invitation, share, contact, token] = [
          parseInvitationId(text),
          parseShareId(text),
          parseContactId(text),
          parseConfirmationToken(text),
        ]
        const ids = [
          invitation?.sender,
          share?.accountId,
          contact?.accountId,
          contact?.userId,
          token?.accountId,
          token?.userId,
        ]
        for (const id of ids)
          if (id !== undefined) expect(putAccount.params.safeParse({ accountId: id }).success).toBe(true)
      }),
      { seed, numRuns: 3_000 },
    )
  })

  it('whatever a token claims', () => {
    fc.assert(
      fc.property(texts(2_000), id, (account, user) => {
        const claims = { account_id: account, user_id: user }
        const caller = callerOf({ requestContext: { authorizer: { jwt: { claims } } } } as unknown as Event)
        if ('accountId' in caller) expect(putUser.params.safeParse(caller).success).toBe(true)
      }),
      { seed },
    )
  })
})
