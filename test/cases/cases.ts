import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import type { RouteName } from '../../shared/contract/actions.ts'
import { maxDailyConfirmations } from '../../shared/domain/confirmed-addresses.ts'
import { maxStandingInvitations } from '../../shared/domain/invitation.ts'
import { requireInvitationLimits } from '../../shared/environment.ts'
import { db, tableName } from '../../shared/table/client.ts'
import { copySnapshot } from '../../shared/table/copies.ts'
import type { InvitationItem, QuotaItem } from '../../shared/table/items.ts'
import {
  contactId,
  invitationHash,
  type Key,
  keys,
  parseInvitationId,
  sentBy,
} from '../../shared/table/keys.ts'
import { readOne, readPrefix } from '../../shared/table/read.ts'
import {
  type Account,
  account,
  addUser,
  answer,
  confirm,
  done,
  end,
  fillAdministrators,
  partners,
  removeUser,
  send,
  share,
  tokenOf,
  unconfirmed,
  type World,
} from '../kit/accounts.ts'
import { age } from '../kit/age.ts'
import { call } from '../kit/call.ts'
import type { Call } from '../kit/gateway-event.ts'
import { type Case, caseOf, type Row } from './case.ts'
import { directoryCases } from './directory-cases.ts'

const sending: Row[] = [
  ['sent', '201', ({ acme, globex }) => ({ by: acme.ada, body: { email: globex.ada.email } })],
  [
    'sent again after the recipient ended the partnership',
    '201',
    async ({ acme, globex }) => {
      await partners(acme, globex)
      await end(globex.ada, acme.id)
      return { by: acme.ada, body: { email: globex.ada.email } }
    },
  ],
  [
    'sent again after it has expired',
    '201',
    async (world) => {
      await age(await pending(world))
      return { by: world.acme.ada, body: { email: world.globex.ada.email } }
    },
  ],
  [
    'the first one of an account that has no salt',
    '201',
    async ({ acme, globex }) => {
      const Key = keys.account(acme.id)
      await db.send(new UpdateCommand({ TableName: tableName, Key, UpdateExpression: 'REMOVE salt' }))
      return { by: acme.ada, body: { email: globex.ada.email } }
    },
    true,
  ],
  ...quotasUsedUp(({ acme, globex }) => ({ by: acme.ada, body: { email: globex.ada.email } })),
  [
    'an unknown address',
    '422 no-account-for-email',
    ({ acme }) => ({ by: acme.ada, body: { email: 'nobody@example.com' } }),
  ],
  ['an own user', '422 own-account', ({ acme }) => ({ by: acme.ada, body: { email: acme.max.email } })],
  [
    'partners',
    '409 already-partners',
    async ({ acme, globex }) => {
      await partners(acme, globex)
      return { by: acme.ada, body: { email: globex.max.email } }
    },
  ],
  [
    'a pending one',
    '409 invitation-pending',
    async ({ acme, globex }) => {
      await send(acme.ada, globex.ada.email)
      return { by: acme.bill, body: { email: globex.ada.email } }
    },
  ],
  [
    'a rejected one',
    '409 invitation-rejected',
    async ({ acme, globex }) => {
      await answer('reject', globex.ada, await send(acme.ada, globex.ada.email))
      return { by: acme.ada, body: { email: globex.ada.email } }
    },
  ],
  [
    'one that the recipient deleted',
    '409 invitation-rejected',
    async ({ acme, globex }) => {
      await answer('delete', globex.ada, await send(acme.ada, globex.ada.email))
      return { by: acme.ada, body: { email: globex.ada.email } }
    },
  ],
  [
    `${maxStandingInvitations} standing in that direction`,
    '409 too-many-invitations',
    async () => {
      const [acme, globex] = await crossing()
      return { by: acme.ada, body: { email: globex.ada.email } }
    },
  ],
]

const resending: Row[] = [
  [
    'sent again while it waits',
    '200',
    async (world) => ({ by: world.acme.bill, params: { id: await pending(world) } }),
  ],
  [
    'sent again after it has expired',
    '200',
    async (world) => ({ by: world.acme.ada, params: { id: await age(await pending(world)) } }),
  ],
  [
    'sent again after the recipient ended the partnership',
    '200',
    async ({ acme, globex }) => {
      const id = await partners(acme, globex)
      await end(globex.ada, acme.id)
      return { by: acme.ada, params: { id } }
    },
  ],
  [
    'another user of the account has the address now',
    '200',
    async (world) => {
      const { acme, globex } = world
      const id = await pending(world)
      await hostPut(globex.max, { email: globex.ada.email })
      return { by: acme.ada, params: { id } }
    },
    true,
  ],
  [
    'a user of another account has the address now',
    '422 no-account-for-email',
    async (world) => {
      const id = await pending(world)
      await hostPut(world.initech.max, { email: world.globex.ada.email })
      return { by: world.acme.ada, params: { id } }
    },
  ],
  [
    'nobody has the address now',
    '422 no-account-for-email',
    async (world) => {
      const id = await pending(world)
      await removeUser(world.globex.bill, world.globex.ada.userId)
      return { by: world.acme.ada, params: { id } }
    },
  ],
  ...quotasUsedUp(async (world) => ({ by: world.acme.ada, params: { id: await pending(world) } })),
  [
    'a rejected one',
    '409 invitation-rejected',
    async (world) => {
      const id = await pending(world)
      await answer('reject', world.globex.ada, id)
      return { by: world.acme.ada, params: { id } }
    },
  ],
  [
    'partners',
    '409 already-partners',
    async ({ acme, globex }) => ({ by: acme.ada, params: { id: await partners(acme, globex) } }),
  ],
  [
    'by the recipient',
    '403 not-the-sender',
    async (world) => ({ by: world.globex.ada, params: { id: await pending(world) } }),
  ],
  [
    'an expired one, by the recipient',
    '404 not-found',
    async (world) => ({ by: world.globex.ada, params: { id: await age(await pending(world)) } }),
  ],
  ...unknownInvitations(),
]

const accepting: Row[] = [
  ['accepted', '200', async (world) => ({ by: world.globex.bill, params: { id: await pending(world) } })],
  [
    'accepted before',
    '200',
    async ({ acme, globex }) => ({ by: globex.ada, params: { id: await partners(acme, globex) } }),
  ],
  [
    `accepted, ${maxStandingInvitations} standing in each direction`,
    '200',
    async () => {
      const [, globex, id] = await crossing()
      return { by: globex.ada, params: { id } }
    },
  ],
  [
    'rejected before',
    '409 invitation-not-pending',
    async (world) => {
      const id = await pending(world)
      await answer('reject', world.globex.ada, id)
      return { by: world.globex.ada, params: { id } }
    },
  ],
  ...answering(),
]

const rejecting: Row[] = [
  ['rejected', '200', async (world) => ({ by: world.globex.bill, params: { id: await pending(world) } })],
  [
    'rejected before',
    '200',
    async (world) => {
      const id = await pending(world)
      await answer('reject', world.globex.ada, id)
      return { by: world.globex.ada, params: { id } }
    },
  ],
  [
    'accepted before',
    '409 invitation-not-pending',
    async ({ acme, globex }) => ({ by: globex.ada, params: { id: await partners(acme, globex) } }),
  ],
  ...answering(),
]

const deleting: Row[] = [
  ['by the sender', '204', async (world) => ({ by: world.acme.bill, params: { id: await pending(world) } })],
  [
    'by the recipient',
    '204',
    async (world) => ({ by: world.globex.bill, params: { id: await pending(world) } }),
  ],
  [
    'the recipient has to go first',
    '409 recipient-must-delete-first',
    async (world) => {
      const id = await pending(world)
      await answer('reject', world.globex.ada, id)
      return { by: world.acme.ada, params: { id } }
    },
  ],
  [
    'partners',
    '409 already-partners',
    async ({ acme, globex }) => ({ by: acme.ada, params: { id: await partners(acme, globex) } }),
  ],
  [
    'an expired one, by the sender',
    '204',
    async (world) => ({ by: world.acme.ada, params: { id: await age(await pending(world)) } }),
  ],
  ...expired(),
  ...unknownInvitations(),
]

const ending: Row[] = [
  [
    'by the sender',
    '204',
    async ({ acme, globex }) => {
      await partners(acme, globex)
      return { by: acme.ada, params: { accountId: globex.id } }
    },
  ],
  [
    'by the recipient',
    '204',
    async ({ acme, globex }) => {
      await partners(acme, globex)
      return { by: globex.ada, params: { accountId: acme.id } }
    },
  ],
  [
    'a second time',
    '404 not-found',
    async ({ acme, globex }) => {
      await partners(acme, globex)
      await end(globex.ada, acme.id)
      return { by: acme.ada, params: { accountId: globex.id } }
    },
  ],
  ['no partner', '404 not-found', ({ acme, globex }) => ({ by: acme.ada, params: { accountId: globex.id } })],
]

const newUser = { email: 'new@new.example', name: 'New', profile: 'observer' }

const adding: Row[] = [
  ['added', '201', ({ acme }) => ({ by: acme.ada, body: unused(acme.id) })],
  [
    'an administrator',
    '201',
    ({ acme }) => ({ by: acme.ada, body: { ...unused(acme.id), profile: 'administrator' } }),
  ],
  [
    'too many administrators',
    '422 invalid-field',
    async ({ acme }) => {
      await fillAdministrators(acme.id)
      return { by: acme.ada, body: { ...unused(acme.id), profile: 'administrator' } }
    },
  ],
  [
    'an address that another account has',
    '201',
    ({ acme, globex }) => ({ by: acme.ada, body: { ...newUser, email: globex.ada.email } }),
  ],
  [
    'an address that the account has',
    '409 email-taken',
    ({ acme }) => ({ by: acme.ada, body: { ...newUser, email: acme.max.email } }),
  ],
]

const changing: Row[] = [
  [
    'another name',
    '200',
    ({ acme }) => ({ by: acme.ada, params: { id: acme.max.userId }, body: { name: 'Max II' } }),
  ],
  [
    'nothing differs',
    '200',
    ({ acme }) => ({ by: acme.ada, params: { id: acme.max.userId }, body: { name: acme.max.name } }),
  ],
  [
    'another address, and promoted',
    '200',
    ({ acme }) => ({
      by: acme.ada,
      params: { id: acme.max.userId },
      body: { email: unused(acme.id).email, profile: 'administrator' },
    }),
  ],
  [
    'demoted',
    '200',
    ({ acme }) => ({ by: acme.ada, params: { id: acme.bill.userId }, body: { profile: 'manager' } }),
  ],
  [
    'the last administrator',
    '409 last-administrator',
    async ({ acme }) => {
      await removeUser(acme.ada, acme.bill.userId)
      return { by: acme.ada, params: { id: acme.ada.userId }, body: { profile: 'manager' } }
    },
  ],
  [
    'too many administrators',
    '422 invalid-field',
    async ({ acme }) => {
      await fillAdministrators(acme.id)
      return { by: acme.ada, params: { id: acme.max.userId }, body: { profile: 'administrator' } }
    },
  ],
  [
    'an address that another account has',
    '200',
    ({ acme, globex }) => ({
      by: acme.ada,
      params: { id: acme.max.userId },
      body: { email: globex.ada.email },
    }),
  ],
  [
    'an address that the account has',
    '409 email-taken',
    ({ acme }) => ({ by: acme.ada, params: { id: acme.max.userId }, body: { email: acme.bill.email } }),
  ],
  [
    'back to the confirmed address',
    '200',
    async (world) => {
      await pendingToken(world, unused(world.acme.id).email)
      const { ada, max } = world.acme
      return { by: ada, params: { id: max.userId }, body: { email: max.email } }
    },
  ],
  [
    'nobody',
    '404 not-found',
    ({ acme }) => ({ by: acme.ada, params: { id: 'nobody' }, body: { name: 'X' } }),
  ],
]

const removing: Row[] = [
  ['removed', '204', ({ acme }) => ({ by: acme.ada, params: { id: acme.max.userId } })],
  ['an administrator', '204', ({ acme }) => ({ by: acme.ada, params: { id: acme.bill.userId } })],
  [
    'the last administrator',
    '409 last-administrator',
    async ({ acme }) => {
      await removeUser(acme.ada, acme.bill.userId)
      return { by: acme.ada, params: { id: acme.ada.userId } }
    },
  ],
  ['nobody', '404 not-found', ({ acme }) => ({ by: acme.ada, params: { id: 'nobody' } })],
]

const sendingConfirmation: Row[] = [
  [
    'sent again',
    '202',
    async ({ acme }) => ({ by: acme.ada, params: { id: (await unconfirmed(acme.ada, 'new')).user.userId } }),
  ],
  [
    'three today',
    '429 quota-exceeded',
    async ({ acme }) => {
      const request = { by: acme.ada, params: { id: (await unconfirmed(acme.ada, 'new')).user.userId } }
      for (let sent = 1; sent < maxDailyConfirmations; sent++) await done(call('send-confirmation', request))
      return request
    },
  ],
  ['nothing to confirm', '404 not-found', ({ acme }) => ({ by: acme.ada, params: { id: acme.max.userId } })],
  ['nobody', '404 not-found', ({ acme }) => ({ by: acme.ada, params: { id: 'nobody' } })],
]

/** A token for an address that takes the place of max's confirmed one. */
const pendingToken = async ({ acme }: World, email: string): Promise<string> => {
  await done(call('change-user', { by: acme.ada, params: { id: acme.max.userId }, body: { email } }))
  return tokenOf(acme.max)
}

const confirming: Row[] = [
  [
    'a first address',
    '204',
    async ({ acme }) => ({ body: { token: (await unconfirmed(acme.ada, 'new')).token } }),
  ],
  [
    'an address in place of a confirmed one',
    '204',
    async (world) => ({ body: { token: await pendingToken(world, unused(world.acme.id).email) } }),
  ],
  [
    'an address in place of one that another user of the account has too',
    '204',
    async ({ acme }) => {
      const other = { accountId: acme.id, userId: 'other' }
      const put = { email: acme.max.email, name: 'Other', profile: 'manager', version: 1 }
      await done(call('put-user', { params: other, body: put }))
      const { email } = unused(acme.id)
      await done(call('change-user', { by: acme.ada, params: { id: other.userId }, body: { email } }))
      return { body: { token: await tokenOf(other) } }
    },
    true,
  ],
  [
    'an address that somebody else has confirmed',
    '409 email-taken',
    async (world) => ({ body: { token: await pendingToken(world, world.globex.ada.email) } }),
  ],
  [
    'a used token',
    '404 not-found',
    async ({ acme }) => {
      const { token } = await unconfirmed(acme.ada, 'new')
      await confirm(token)
      return { body: { token } }
    },
  ],
  ['an unknown token', '404 not-found', () => ({ body: { token: 'unknown' } })],
  ['not a token', '422 invalid-field', () => ({ body: { token: 1 } })],
  ['an unknown field', '400 malformed-request', () => ({ body: { surprise: 1 } })],
  ['not JSON', '415 unsupported-media-type', () => ({ body: '<a/>', contentType: 'text/xml' })],
]

const gettingInvitation: Row[] = [
  ['by the sender', '200', async (world) => ({ by: world.acme.max, params: { id: await pending(world) } })],
  [
    'by the recipient',
    '200',
    async (world) => ({ by: world.globex.max, params: { id: await pending(world) } }),
  ],
  ...unknownInvitations(),
]

const gettingPartner: Row[] = [
  [
    'a partner',
    '200',
    async ({ acme, globex }) => {
      await partners(acme, globex)
      return { by: acme.max, params: { accountId: globex.id } }
    },
  ],
  ['no partner', '404 not-found', ({ acme, globex }) => ({ by: acme.max, params: { accountId: globex.id } })],
]

const proof = { kind: 'proof', objectId: 'proof-1', title: 'Cover' }
const withShare = async ({ acme, globex }: World): Promise<{ partnerAccountId: string; id: string }> => {
  await partners(acme, globex)
  return { partnerAccountId: globex.id, id: await share(acme.max, globex.id, proof) }
}

const sharing: Row[] = [
  [
    'shared',
    '201',
    async ({ acme, globex }) => {
      await partners(acme, globex)
      return { by: acme.max, body: { ...proof, partnerAccountId: globex.id } }
    },
  ],
  [
    'shared before under another title',
    '200',
    async (world) => {
      const { partnerAccountId } = await withShare(world)
      return { by: world.acme.ada, body: { ...proof, title: 'Cover II', partnerAccountId } }
    },
  ],
  [
    'shared before just so',
    '200',
    async (world) => {
      const { partnerAccountId } = await withShare(world)
      return { by: world.acme.ada, body: { ...proof, partnerAccountId } }
    },
  ],
  [
    'no partner',
    '409 not-partners',
    ({ acme, globex }) => ({ by: acme.max, body: { ...proof, partnerAccountId: globex.id } }),
  ],
  [
    'a former partner',
    '409 not-partners',
    async (world) => {
      const { partnerAccountId } = await withShare(world)
      await end(world.globex.ada, world.acme.id)
      return { by: world.acme.ada, body: { ...proof, title: 'Cover II', partnerAccountId } }
    },
  ],
]

const unsharing: Row[] = [
  [
    'taken back',
    '204',
    async (world) => ({ by: world.acme.bill, params: { id: (await withShare(world)).id } }),
  ],
  [
    'by the partner',
    '404 not-found',
    async (world) => ({ by: world.globex.ada, params: { id: (await withShare(world)).id } }),
  ],
  ['no such id', '404 not-found', ({ acme }) => ({ by: acme.ada, params: { id: 'nothing' } })],
]

/** The contact that acme has of globex' max, whose partnership stands or has ended. */
const contactOfMax = async ({ acme, globex }: World, ended: boolean): Promise<string> => {
  await partners(acme, globex)
  await copySnapshot({ owner: acme.id, source: globex.id, epoch: 1 })
  if (ended) await end(globex.ada, acme.id)
  return contactId(globex.max)
}

const forgetting: Row[] = [
  [
    'of a former partner',
    '204',
    async (world) => ({ by: world.acme.ada, params: { id: await contactOfMax(world, true) } }),
  ],
  [
    'of a partner',
    '409 contact-is-live',
    async (world) => ({ by: world.acme.ada, params: { id: await contactOfMax(world, false) } }),
  ],
  [
    'an own user',
    '409 contact-is-live',
    ({ acme }) => ({ by: acme.ada, params: { id: contactId(acme.max) } }),
  ],
  [
    'somebody else’s',
    '404 not-found',
    async (world) => ({ by: world.initech.ada, params: { id: await contactOfMax(world, true) } }),
  ],
  ['no such id', '404 not-found', ({ acme }) => ({ by: acme.ada, params: { id: 'nothing' } })],
]

const commands = {
  'send-invitation': sending,
  'resend-invitation': resending,
  'accept-invitation': accepting,
  'reject-invitation': rejecting,
  'delete-invitation': deleting,
  'delete-partner': ending,
  'add-user': adding,
  'change-user': changing,
  'remove-user': removing,
  'send-confirmation': sendingConfirmation,
  'delete-contact': forgetting,
}

const usersCommands = { 'add-share': sharing, 'remove-share': unsharing }

const withBody = {
  'send-invitation': { email: 'a@b.example' },
  'add-user': newUser,
  'change-user': {},
  'add-share': { ...proof, partnerAccountId: 'nobody' },
}

const lists = {
  'list-invitations': { direction: 'sent' },
  'list-partners': {},
  'list-contacts': {},
  'list-users': {},
  'list-shares': {},
  'list-activity': {},
}

const views: Record<string, Row[]> = {
  'get-me': [['oneself', '200', ({ acme }) => ({ by: acme.max })]],
  'get-changes': [['of the own account', '200', ({ acme }) => ({ by: acme.max })]],
  'get-invitation': gettingInvitation,
  'get-partner': gettingPartner,
}

const nobody = (world: World) => ({ accountId: world.acme.id, userId: 'nobody' })
const params = { id: 'nothing', accountId: 'nothing' }

const repeatable: Record<string, (world: World) => object> = {
  'send-invitation': ({ globex }) => ({ email: globex.ada.email }),
  'add-user': ({ acme }) => unused(acme.id),
  'add-share': ({ globex }) => ({ ...proof, partnerAccountId: globex.id }),
}

/** Every action, with everything that can come of it but contention and throttling, which is tried again. */
export const cases: Case[] = [
  ...Object.entries({ ...commands, ...usersCommands, ...views }).flatMap(([action, rows]) => [
    ...rows.map((row) => caseOf(action as RouteName, row)),
    {
      action: action as RouteName,
      name: 'not in the directory',
      answer: '403 unknown-user',
      prepare: (world: World) => ({
        by: nobody(world),
        params,
        body: withBody[action as keyof typeof withBody],
      }),
    },
  ]),
  ...Object.keys(commands).map((action) => ({
    action: action as RouteName,
    name: 'no administrator',
    answer: '403 not-an-administrator',
    prepare: ({ acme }: World) => ({
      by: acme.max,
      params,
      body: withBody[action as keyof typeof withBody],
    }),
  })),
  ...Object.keys(withBody).flatMap((action) => [
    badBody(action, 'an unknown field', '400 malformed-request', { surprise: 1 }),
    badBody(action, 'not JSON', '415 unsupported-media-type', '<a/>', 'text/xml'),
  ]),
  ...['send-invitation', 'add-user', 'change-user'].map((action) =>
    badBody(action, 'a bad address', '422 invalid-email', {
      ...withBody[action as keyof typeof withBody],
      email: 'a',
    }),
  ),
  badBody('add-share', 'a bad field', '422 invalid-field', { ...proof, partnerAccountId: 'a', title: '' }),
  ...Object.entries(repeatable).flatMap(([action, bodyIn]) => [
    repetition(action, 'the same once more', '201', bodyIn, bodyIn),
    repetition(action, 'its key with another body', '422 idempotency-key-reused', bodyIn, (world) => ({
      ...bodyIn(world),
      ...(action === 'add-share' ? { objectId: 'proof-2' } : { email: 'other@other.example' }),
    })),
  ]),
  {
    action: 'send-invitation',
    name: 'the same once more, when the quotas are used up',
    answer: '201',
    prepare: async ({ acme, globex }) => {
      const request = { by: acme.ada, body: { email: globex.ada.email }, key: 'once' }
      await done(call('send-invitation', request))
      await useUpQuota(acme.id)
      await useUpAddressQuota(acme.id, globex.ada.email)
      return request
    },
  },
  ...[resendingTwice('200', 'once'), resendingTwice('404 not-found', 'another')],
  ...['add-user', 'change-user'].map((action) =>
    badBody(action, 'a bad field', '422 invalid-field', { ...newUser, name: '' }),
  ),
  ...Object.entries(lists).flatMap(([action, query]) => [
    {
      action: action as RouteName,
      name: 'not in the directory',
      answer: '403 unknown-user',
      prepare: (world: World) => ({ by: nobody(world), query }),
    },
    {
      action: action as RouteName,
      name: 'a strange cursor',
      answer: '400 malformed-request',
      prepare: ({ acme }: World) => ({ by: acme.ada, query: { ...query, cursor: 'strange' } }),
    },
  ]),
  ...confirming.map((row) => caseOf('confirm-address', row)),
  ...directoryCases,
]

/** A request with the Idempotency-Key of an earlier one. */
function repetition(
  action: string,
  name: string,
  answer: string,
  first: (world: World) => object,
  second: (world: World) => object,
): Case {
  const request = { action: action as RouteName, key: 'once' }
  return {
    action: request.action,
    name,
    answer,
    prepare: async (world) => {
      if (action === 'add-share') await partners(world.acme, world.globex)
      await call(request.action, { by: world.acme.ada, body: first(world), key: request.key })
      return { by: world.acme.ada, body: second(world), key: request.key }
    },
  }
}

/** A request with an Idempotency-Key, or with another one, for an invitation that the first request sent again. */
function resendingTwice(answer: string, key: string): Case {
  return {
    action: 'resend-invitation',
    name: `the same once more, with the key “${key}”`,
    answer,
    prepare: async (world) => {
      const request = { by: world.acme.ada, params: { id: await pending(world) } }
      await done(call('resend-invitation', { ...request, key: 'once' }))
      return { ...request, key }
    },
  }
}

function badBody(action: string, name: string, answer: string, body: unknown, contentType?: string): Case {
  return {
    action: action as RouteName,
    name,
    answer,
    prepare: ({ acme }) => ({ by: acme.ada, params: { id: acme.max.userId }, body, contentType }),
  }
}

const listed = 100

/** As many as fill a page and leave some. */
const listedFormer = 30

/**
 * The lists, a page of 25 of a longer list, each such that as many other accounts as can be are on the page. They share
 * one account that 100 others have to do with, so they are made one after the other.
 */
export async function listCases(): Promise<Case[]> {
  const hub = await account()
  const others = []
  for (let i = 0; i < listed; i++) {
    const other = await account()
    others.push(other)
    await send(other.ada, hub.ada.email)
  }
  // Each of these was a partner once, whose name the sender therefore sees.
  const former = await account()
  for (const other of others.slice(0, listedFormer)) {
    await partners(former, other)
    await end(other.ada, former.id)
  }
  const hubOfPartners = await account()
  for (const other of others) {
    await partners(hubOfPartners, other)
    await copySnapshot({ owner: hubOfPartners.id, source: other.id, epoch: 1 })
    await share(hubOfPartners.ada, other.id, proof)
  }
  const [big, partnerOfBig] = [await account(), await account()]
  for (let i = 0; i < listed; i++) await addUser(big.ada, `user-${i}`)
  await partners(partnerOfBig, big)
  await copySnapshot({ owner: partnerOfBig.id, source: big.id, epoch: 1 })
  const page = (action: RouteName, name: string, call: Call, readsPerItem = 2): Case => ({
    action,
    name: `25 of ${name}`,
    answer: '200',
    prepare: () => call,
    readsPerItem,
  })
  const [sent, got] = [{ direction: 'sent' }, { direction: 'received' }]
  return [
    // Beside the invitation, the account is read for its name, and the user who sent it for the address.
    page('list-invitations', '100 received', { by: hub.ada, query: got }, 3),
    page(
      'list-invitations',
      '100 received and pending',
      { by: hub.ada, query: { ...got, status: 'pending' } },
      3,
    ),
    page('list-invitations', '30 sent', { by: former.ada, query: sent }),
    page('list-invitations', '30 sent and rejected', {
      by: former.ada,
      query: { ...sent, status: 'rejected' },
    }),
    page('list-partners', '100', { by: hubOfPartners.ada }),
    page('list-users', '103', { by: big.ada }),
    page('list-contacts', 'one partner’s 103', {
      by: partnerOfBig.ada,
      query: { kind: 'member', accountId: big.id },
    }),
    page('list-contacts', 'one partner’s 103 and 3 own', { by: partnerOfBig.ada }),
    page('list-contacts', '103 own', { by: big.ada, query: { kind: 'user' } }),
    page('list-shares', '100 with 100 partners', { by: hubOfPartners.max }),
    page('list-shares', '100 proofs', { by: hubOfPartners.max, query: { kind: 'proof' } }),
    page('list-shares', '100 shared out', { by: hubOfPartners.max, query: { direction: 'outgoing' } }),
    page('list-shares', '100 proofs shared out', {
      by: hubOfPartners.max,
      query: { direction: 'outgoing', kind: 'proof' },
    }),
    page('list-activity', '300 with 100 partners', { by: hubOfPartners.max }),
    // Beside the contact, each one's account is read for its name and its partnership for `live`.
    page('list-contacts', '300 of 100 partners', { by: hubOfPartners.ada, query: { kind: 'member' } }, 3),
  ]
}

/** Makes an account that has sent so many invitations that wait for an answer, by copying one. */
export async function senderOf(invitations: number): Promise<Call> {
  const [acme, globex] = [await account(), await account()]
  await send(acme.ada, globex.ada.email)
  const { items } = await readPrefix<InvitationItem>(keys.account(acme.id).pk, 'INVITATION#', { limit: 1 })
  const [one] = items
  for (let made = 1; made < invitations; ) {
    const writes = Array.from({ length: Math.min(25, invitations - made) }, () => {
      const email = `${made++}@${globex.id}.example`
      const sendingId = `00000000-0000-7000-8000-${String(made).padStart(12, '0')}`
      const hash = invitationHash('salt', globex.id, email)
      const item = {
        ...one,
        ...keys.invitation({ sender: acme.id, hash }),
        hash,
        sendingId,
        position: sendingId,
        email,
      }
      return put(item)
    })
    await Promise.all(writes)
  }
  return { by: acme.ada, query: { direction: 'sent' } }
}

const put = (Item: Record<string, unknown>) => db.send(new PutCommand({ TableName: tableName, Item }))

/** Tomorrow too, in case it is midnight. */
const todayAndTomorrow = () =>
  [0, 86_400_000].map((ahead) => new Date(Date.now() + ahead).toISOString().slice(0, 10))

/** A sending by acme to globex, refused because of either limit. */
function quotasUsedUp(prepare: Case['prepare']): Row[] {
  return [
    [
      'the quota is used up',
      '429 quota-exceeded',
      async (world) => {
        const request = await prepare(world)
        await useUpQuota(world.acme.id)
        return request
      },
    ],
    [
      'the quota of the address is used up',
      '429 quota-exceeded',
      async (world) => {
        const request = await prepare(world)
        await useUpAddressQuota(world.acme.id, world.globex.ada.email)
        return request
      },
    ],
  ]
}

async function useUpQuota(accountId: string): Promise<void> {
  const { perDay } = requireInvitationLimits()
  for (const day of todayAndTomorrow()) await putCount(keys.quota(accountId, day), perDay)
}

async function useUpAddressQuota(accountId: string, email: string): Promise<void> {
  const { perAddressAndDay } = requireInvitationLimits()
  for (const day of todayAndTomorrow())
    await putCount(keys.addressQuota(accountId, email, day), perAddressAndDay)
}

const putCount = (key: Key<QuotaItem>, count: number) =>
  put({ ...key, type: 'quota', count, expires: 4_000_000_000 })

/** What the host puts of a user, in a version above all earlier ones. */
const hostPut = ({ accountId, userId, name }: Account['ada'], fields: object) =>
  done(
    call('put-user', {
      params: { accountId, userId },
      body: { name, profile: 'manager', version: 100, ...fields },
    }),
  )

const pending = ({ acme, globex }: World) => send(acme.ada, globex.ada.email)

/** Two accounts between which as many invitations stand as may, in each direction; and one sent to the second. */
async function crossing(): Promise<[Account, Account, string]> {
  const [one, other] = [await account(1), await account(1)]
  const ids = [await send(other.ada, `0@${one.id}.example`), await send(one.ada, `0@${other.id}.example`)]
  for (const id of ids) await fillDirection(id)
  return [one, other, ids.at(-1) ?? '']
}

/** Copies an invitation, under other hashes, until no more can stand in its direction. */
async function fillDirection(id: string): Promise<void> {
  const { sender, hash } = parseInvitationId(id) ?? { sender: '', hash: '' }
  const invitation = await readOne(keys.invitation({ sender, hash }))
  const hashes = Array.from({ length: maxStandingInvitations - 1 }, (_, nth) => String(nth).padStart(32, '0'))
  for (const another of hashes)
    await put({ ...invitation, ...keys.invitation({ sender, hash: another }), hash: another })
  await db.send(
    new UpdateCommand({
      TableName: tableName,
      Key: keys.pair(sender, invitation?.recipient ?? ''),
      UpdateExpression: 'ADD #sent :hashes',
      ExpressionAttributeNames: { '#sent': sentBy(sender, invitation?.recipient ?? '') },
      ExpressionAttributeValues: { ':hashes': new Set(hashes) },
    }),
  )
}

const unused = (accountId: string) => ({ ...newUser, email: `new@${accountId}.example` })

/** An id that means nothing to who asks: never given out, another's, of an earlier life, of one that is out of sight. */
function unknownInvitations(): Row[] {
  return [
    ['no such id', '404 not-found', ({ acme }) => ({ by: acme.ada, params: { id: 'nothing' } })],
    [
      'a third account’s',
      '404 not-found',
      async (world) => ({ by: world.initech.ada, params: { id: await pending(world) } }),
    ],
    [
      'of an earlier life',
      '404 not-found',
      async (world) => {
        const id = await pending(world)
        await answer('delete', world.acme.ada, id)
        await pending(world)
        return { by: world.globex.ada, params: { id } }
      },
    ],
    [
      'one that the recipient deleted, by the recipient',
      '404 not-found',
      async (world) => {
        const id = await pending(world)
        await answer('delete', world.globex.ada, id)
        return { by: world.globex.ada, params: { id } }
      },
    ],
  ]
}

/** The recipient’s commands on an invitation that has expired. */
function expired(): Row[] {
  return [
    [
      'an expired one, by the recipient',
      '409 invitation-expired',
      async (world) => ({ by: world.globex.ada, params: { id: await age(await pending(world)) } }),
    ],
  ]
}

function answering(): Row[] {
  return [
    ...expired(),
    [
      'by the sender',
      '403 not-the-recipient',
      async (world) => ({ by: world.acme.ada, params: { id: await pending(world) } }),
    ],
    ...unknownInvitations(),
  ]
}
