import { expect, it } from 'vitest'
import { acceptInvitation } from '../../shared/contract/accept-invitation.ts'
import { confirmAddress } from '../../shared/contract/confirm-address.ts'
import { deletePartner } from '../../shared/contract/delete-partner.ts'
import { getMe } from '../../shared/contract/get-me.ts'
import { listPartners } from '../../shared/contract/list-partners.ts'
import { putAccount } from '../../shared/contract/put-account.ts'
import { action, hostAction, publicAction } from '../../shared/runtime/action.ts'
import { listAction } from '../../shared/runtime/list.ts'

const noItems = { list: () => 'none', page: async () => ({ items: [], next: undefined }) }
const done = () => ({ status: 204 as const })

/** tsc checks these: an error that is expected and does not come is an error. */
const doNotCompile = () => [
  // @ts-expect-error A handler that is a bare function would run for anybody.
  action(deletePartner, done),
  // @ts-expect-error An action of users can't be run as one of the host, which has no user.
  hostAction(deletePartner, async () => done()),
  // @ts-expect-error An action of users can't be run as one that anyone may call.
  publicAction(deletePartner, async () => done()),
  // @ts-expect-error An action of the host has no user.
  action(putAccount, { perform: done }),
  // @ts-expect-error An action that anyone may call has no user.
  action(confirmAddress, { perform: done }),
  // @ts-expect-error Another status than the contract's.
  action(deletePartner, { perform: () => ({ status: 200, body: {} }) }),
  // @ts-expect-error Another body than the contract's.
  action(acceptInvitation, { perform: () => ({ status: 200, body: { accountId: 'globex' } }) }),
  // @ts-expect-error A body where the contract has none.
  action(deletePartner, { perform: () => ({ status: 204, body: {} }) }),
  // @ts-expect-error Items before the caller is known: there are none.
  action(getMe, { read: ({ user }) => [user], perform: done }),
  // @ts-expect-error A path parameter that the contract does not have.
  action(deletePartner, { read: ({ params }) => [params.id], perform: done }),
  // @ts-expect-error Items in a list that are not those of the contract.
  listAction(listPartners, { ...noItems, views: () => [{ accountId: 'globex' }] }),
]

it('a handler that would not check its caller, or would answer otherwise than its contract says, does not compile', () => {
  expect(doNotCompile).toBeTypeOf('function')
})
