import { sendInvitationBody } from '../shared/contract/requests.ts'
import { isRefusal, refuse } from '../shared/domain/refusals.ts'
import { environment, requireEnv } from '../shared/environment.ts'
import { admit } from '../shared/runtime/caller.ts'
import { action } from '../shared/runtime/http.ts'
import { byId, invitationView } from '../shared/runtime/views.ts'
import { sendInvitation } from '../shared/table/invitations.ts'
import { keys } from '../shared/table/keys.ts'
import { countUnknownAddress, quotaKey, quotaRefusal } from '../shared/table/quota.ts'
import { read } from '../shared/table/read.ts'

const dailyInvitations = Number(requireEnv(environment.dailyInvitations))

export const handler = action('send-invitation', { body: sendInvitationBody }, async (request) => {
  const { accountId, userId } = request.caller
  const { clock, body } = request
  const [found, account, claim, quota] = await read(
    keys.user(accountId, userId),
    keys.account(accountId),
    keys.email(body.email),
    quotaKey(accountId, clock),
  )
  const user = admit(found, 'administrator')
  if (isRefusal(user)) return user
  const exceeded = quotaRefusal(quota, clock, dailyInvitations)
  if (exceeded) return exceeded
  if (!claim) return countUnknownAddress(accountId, clock, dailyInvitations)
  if (claim.accountId === accountId) return refuse('own-account')
  const invitation = await sendInvitation(user, clock, claim, dailyInvitations)
  if (isRefusal(invitation)) return invitation
  const view = invitationView(user, invitation, byId(account))
  return { status: 201, body: view, headers: { location: `/v1/invitations/${view.id}` } }
})
