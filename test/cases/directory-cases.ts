import { done, fillAdministrators, type World } from '../kit/accounts.ts'
import { call } from '../kit/call.ts'
import type { Call } from '../kit/gateway-event.ts'
import { type Case, caseOf, type Row } from './case.ts'

const putAccount = (accountId: string, version = 1): Call => ({
  params: { accountId },
  body: { name: 'Renamed', version },
})

const user = (accountId: string, fields: object = {}) => ({
  email: `new@${accountId}.example`,
  name: 'New',
  profile: 'observer',
  version: 1,
  ...fields,
})

/** The user of this id, put into acme. */
const putUser = ({ acme }: World, userId: string, fields: object = {}): Call => ({
  params: { accountId: acme.id, userId },
  body: user(acme.id, fields),
})

const drop = ({ acme }: World, userId: string, version: number): Call => ({
  params: { accountId: acme.id, userId },
  query: { version: String(version) },
})

const put = (world: World, fields: object = {}) => done(call('put-user', putUser(world, 'new', fields)))
const dropped = (world: World, version: number) => done(call('drop-user', drop(world, 'new', version)))

const after =
  (before: (world: World) => Promise<unknown>, then: (world: World) => Call): Case['prepare'] =>
  async (world) => {
    await before(world)
    return then(world)
  }

const puttingAccount: Row[] = [
  ['made', '200', ({ acme }) => putAccount(`${acme.id}-made`)],
  ['renamed', '200', ({ acme }) => putAccount(acme.id)],
  [
    'overtaken',
    '200',
    after(
      ({ acme }) => done(call('put-account', putAccount(acme.id, 2))),
      ({ acme }) => putAccount(acme.id),
    ),
  ],
  [
    'another word in the same version',
    '409 version-reused',
    after(
      ({ acme }) => done(call('put-account', putAccount(acme.id))),
      ({ acme }) => ({ ...putAccount(acme.id), body: { name: 'Other', version: 1 } }),
    ),
  ],
  ['a bad version', '422 invalid-field', ({ acme }) => putAccount(acme.id, 0)],
  ['a bad id', '422 invalid-field', () => putAccount('a/b')],
  [
    'an unknown field',
    '400 malformed-request',
    ({ acme }) => ({ ...putAccount(acme.id), body: { surprise: 1 } }),
  ],
]

const puttingUser: Row[] = [
  ['added', '200', (world) => putUser(world, 'new')],
  ['added as an administrator', '200', (world) => putUser(world, 'new', { profile: 'administrator' })],
  ['changed', '200', after(put, (world) => putUser(world, 'new', { name: 'Newer', version: 2 }))],
  [
    'changed, with another address and profile',
    '200',
    after(put, (world) =>
      putUser(world, 'new', { email: `x@${world.acme.id}.example`, profile: 'administrator', version: 2 }),
    ),
  ],
  ['as it is, with a higher version', '200', after(put, (world) => putUser(world, 'new', { version: 2 }))],
  [
    'overtaken',
    '200',
    after(
      (world) => put(world, { version: 2 }),
      (world) => putUser(world, 'new', { name: 'Older' }),
    ),
  ],
  [
    'another word in the same version',
    '409 version-reused',
    after(put, (world) => putUser(world, 'new', { name: 'Other' })),
  ],
  [
    'overtaken by a removal',
    '200',
    after(
      (world) => dropped(world, 2),
      (world) => putUser(world, 'new'),
    ),
  ],
  [
    'brought back',
    '200',
    after(
      (world) => dropped(world, 2),
      (world) => putUser(world, 'new', { version: 3 }),
    ),
  ],
  [
    'an unknown account',
    '404 not-found',
    () => ({ params: { accountId: 'nothing', userId: 'new' }, body: user('nothing') }),
  ],
  [
    'an address taken over from another account',
    '200',
    (world) => putUser(world, 'new', { email: world.globex.ada.email }),
  ],
  [
    'an address left to whom it was taken over from',
    '200',
    after(
      async (world) => {
        const { email } = world.acme.ada
        await done(call('put-user', putUser(world, 'other', { email })))
        await put(world, { email })
      },
      (world) => putUser(world, 'new', { version: 2 }),
    ),
    true,
  ],
  [
    'the 101st administrator',
    '422 invalid-field',
    after(
      ({ acme }) => fillAdministrators(acme.id),
      (world) => putUser(world, 'new', { profile: 'administrator' }),
    ),
  ],
  ['a bad address', '422 invalid-email', (world) => putUser(world, 'new', { email: 'a' })],
  ['a bad field', '422 invalid-field', (world) => putUser(world, 'new', { profile: 'king' })],
  ['an unknown field', '400 malformed-request', (world) => putUser(world, 'new', { surprise: 1 })],
  ['not JSON', '415 unsupported-media-type', (world) => ({ ...putUser(world, 'new'), contentType: 'a/b' })],
]

const droppingUser: Row[] = [
  ['the version of a put', '409 version-reused', after(put, (world) => drop(world, 'new', 1))],
  ['removed', '204', (world) => drop(world, world.acme.max.userId, 1)],
  [
    'the last administrator',
    '204',
    async (world) => {
      await done(call('drop-user', drop(world, world.acme.bill.userId, 1)))
      return drop(world, world.acme.ada.userId, 1)
    },
  ],
  ['one that never was', '204', (world) => drop(world, 'new', 1)],
  [
    'removed before',
    '204',
    after(
      (world) => dropped(world, 1),
      (world) => drop(world, 'new', 2),
    ),
  ],
  [
    'overtaken',
    '204',
    after(
      (world) => put(world, { version: 2 }),
      (world) => drop(world, 'new', 1),
    ),
  ],
  [
    'in an unknown account',
    '404 not-found',
    () => ({ params: { accountId: 'nothing', userId: 'new' }, query: { version: '1' } }),
  ],
  ['a bad id', '422 invalid-field', (world) => drop(world, '..', 1)],
  ['no version', '400 malformed-request', (world) => ({ ...drop(world, 'new', 1), query: {} })],
]

/** The actions of the host product, with everything that can come of them but contention and throttling. */
export const directoryCases: Case[] = Object.entries({
  'put-account': puttingAccount,
  'put-user': puttingUser,
  'drop-user': droppingUser,
}).flatMap(([action, rows]) => rows.map((row) => caseOf(action as Case['action'], row)))
