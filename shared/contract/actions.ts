import * as acceptInvitation from './accept-invitation.ts'
import * as addShare from './add-share.ts'
import * as addUser from './add-user.ts'
import * as changeUser from './change-user.ts'
import * as confirmAddress from './confirm-address.ts'
import type { Contract, Documentation } from './contract.ts'
import * as deleteContact from './delete-contact.ts'
import * as deleteInvitation from './delete-invitation.ts'
import * as deletePartner from './delete-partner.ts'
import * as dropUser from './drop-user.ts'
import * as getChanges from './get-changes.ts'
import * as getDocs from './get-docs.ts'
import * as getInvitation from './get-invitation.ts'
import * as getMe from './get-me.ts'
import * as getOpenapi from './get-openapi.ts'
import * as getPartner from './get-partner.ts'
import * as listActivity from './list-activity.ts'
import * as listContacts from './list-contacts.ts'
import * as listInvitations from './list-invitations.ts'
import * as listPartners from './list-partners.ts'
import * as listShares from './list-shares.ts'
import * as listUsers from './list-users.ts'
import * as putAccount from './put-account.ts'
import * as putUser from './put-user.ts'
import * as rejectInvitation from './reject-invitation.ts'
import * as removeShare from './remove-share.ts'
import * as removeUser from './remove-user.ts'
import * as resendInvitation from './resend-invitation.ts'
import * as sendConfirmation from './send-confirmation.ts'
import * as sendInvitation from './send-invitation.ts'

/** Every action, in the order of the documentation. A test compares the list with the files. */
const actions = [
  getMe,
  sendInvitation,
  listInvitations,
  getInvitation,
  resendInvitation,
  acceptInvitation,
  rejectInvitation,
  deleteInvitation,
  listPartners,
  getPartner,
  deletePartner,
  listContacts,
  deleteContact,
  listUsers,
  addUser,
  changeUser,
  removeUser,
  sendConfirmation,
  confirmAddress,
  addShare,
  listShares,
  removeShare,
  listActivity,
  getChanges,
  putAccount,
  putUser,
  dropUser,
  getOpenapi,
  getDocs,
] as const

export type RouteName = (typeof actions)[number]['documentation']['contract']['name']

export const documentation: Documentation[] = actions.map((action) => action.documentation)

/** The contract of every action, by name. */
export const routes = Object.fromEntries(
  documentation.map(({ contract }) => [contract.name, contract]),
) as Record<RouteName, Contract>

export const routeNames = Object.keys(routes) as RouteName[]
