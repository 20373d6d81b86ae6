import { describe, expect, it } from 'vitest'
import { Model } from './model.ts'
import { checkAgainstModel, checkAtRestAgainstModel } from './relationship.ts'
import type { AccountView, Caller, ContactView, Mail, NewUser, Outcome, World } from './system.ts'

const extent = { runs: 200, seed: 7, maxCommands: 40 }

/** The model itself as the system under test, with ids of its own that say nothing. */
class Opaque extends Model {
  override send(by: Caller, email: string): Outcome {
    const outcome = super.send(ours(by), email)
    return 'handle' in outcome ? { ...outcome, handle: theirs(outcome.handle) } : outcome
  }
  override accept(by: Caller, handle: string): Outcome {
    return super.accept(ours(by), fromTheirs(handle))
  }
  override reject(by: Caller, handle: string): Outcome {
    return super.reject(ours(by), fromTheirs(handle))
  }
  override deleteInvitation(by: Caller, handle: string): Outcome {
    return super.deleteInvitation(ours(by), fromTheirs(handle))
  }
  override deletePartner(by: Caller, accountId: string): Outcome {
    return super.deletePartner(ours(by), accountId)
  }
  override views(accountId: string): AccountView {
    const { sent, received, partners } = super.views(accountId)
    return {
      sent: sent.map((row) => ({ ...row, handle: theirs(row.handle) })).reverse(),
      received: received.map((row) => ({ ...row, handle: theirs(row.handle) })).reverse(),
      partners: partners.reverse(),
    }
  }
  override addUser(by: Caller, user: NewUser): Outcome {
    const outcome = super.addUser(ours(by), user)
    return 'userId' in outcome ? { ...outcome, userId: theirs(outcome.userId) } : outcome
  }
  override changeUser(by: Caller, userId: string, change: Partial<NewUser>): Outcome {
    return super.changeUser(ours(by), fromTheirs(userId), change)
  }
  override removeUser(by: Caller, userId: string): Outcome {
    return super.removeUser(ours(by), fromTheirs(userId))
  }
  override removeContact(by: Caller, handle: string): Outcome {
    return super.removeContact(ours(by), fromTheirs(handle))
  }
  override contacts(accountId: string): ContactView[] {
    return super
      .contacts(accountId)
      .map((contact) => ({ ...contact, handle: theirs(contact.handle) }))
      .reverse()
  }
}

function theirs(id: string): string {
  return `id:${id}`
}

function fromTheirs(id: string): string {
  return id.replace(/^id:/, '')
}

function ours(by: Caller): Caller {
  return { ...by, id: fromTheirs(by.id) }
}

describe('a system that agrees with the model', () => {
  it('passes, whatever ids it gives and in whatever order it lists', async () => {
    await checkAgainstModel((world) => new Opaque(world), extent)
    await checkAtRestAgainstModel((world) => new Opaque(world), extent)
  })
})

describe('a system that differs in one thing', () => {
  class ForgetsWhoDeletesFirst extends Model {
    override deleteInvitation(by: Caller, handle: string): Outcome {
      const outcome = super.deleteInvitation(by, handle)
      return 'refused' in outcome && outcome.refused === 'recipient-must-delete-first'
        ? { ok: 'deleted' }
        : outcome
    }
  }
  class RemembersAFormerPartnershipAsARequest extends Model {
    override send(by: Caller, email: string): Outcome {
      const former = this.views(by.accountId).sent.some(
        (row) => row.recipient && row.email === email.toLowerCase(),
      )
      return former ? { refused: 'invitation-rejected' } : super.send(by, email)
    }
  }
  class LeavesCrossingInvitations extends Model {
    override accept(by: Caller, handle: string): Outcome {
      const standing = this.invitations.filter((one) => one.senderHasIt && one.recipient !== by.accountId)
      const outcome = super.accept(by, handle)
      if ('ok' in outcome) for (const one of standing) one.senderHasIt = true
      return outcome
    }
  }
  class TellsAThirdAccount extends Model {
    override accept(by: Caller, handle: string): Outcome {
      const foreign = this.invitations.some(
        (one) => one.handle === handle && ![one.sender, one.recipient].includes(by.accountId),
      )
      const outcome = super.accept(by, handle)
      return foreign && 'refused' in outcome && outcome.refused === 'not-found'
        ? { refused: 'not-the-recipient' }
        : outcome
    }
  }
  class GivesAnIdTwice extends Model {
    override send(by: Caller, email: string): Outcome {
      const outcome = super.send(by, email)
      return 'handle' in outcome ? { ...outcome, handle: 'always the same' } : outcome
    }
  }
  class KnowsNoLimit extends Model {
    override send(by: Caller, email: string): Outcome {
      const outcome = super.send(by, email)
      return 'refused' in outcome && outcome.refused === 'too-many-invitations'
        ? { ok: 'created', handle: `${email} beyond the limit` }
        : outcome
    }
  }
  class ShowsTheRecipientTooEarly extends Model {
    override views(accountId: string): AccountView {
      const view = super.views(accountId)
      return { ...view, sent: view.sent.map((row) => ({ ...row, recipient: 'globex' })) }
    }
  }
  class Breaks extends Model {
    override reject(): Outcome {
      throw new Error('out of paper')
    }
  }

  it.each([
    ForgetsWhoDeletesFirst,
    RemembersAFormerPartnershipAsARequest,
    LeavesCrossingInvitations,
    TellsAThirdAccount,
    GivesAnIdTwice,
    KnowsNoLimit,
    ShowsTheRecipientTooEarly,
    Breaks,
  ])('is found out: %o', async (Different) => {
    const make = (world: World) => new Different(world)
    await expect(checkAgainstModel(make, extent)).rejects.toThrow('The system differs from the model')
  })

  class ContactsFollowAfterTheEnd extends Model {
    override contacts(accountId: string): ContactView[] {
      return super.contacts(accountId).map((contact) => {
        const now = this.people.find((one) => one.email === contact.email && !one.gone)
        return { ...contact, name: now?.name ?? contact.name }
      })
    }
  }
  class WritesToNobodyWhenTheSenderIsGone extends Model {
    override mails(): Mail[] {
      const unheard = (mail: Mail) =>
        mail.kind !== 'invitation-sent' && !this.invitations.some(({ sentBy }) => this.#has(sentBy, mail.to))
      return super.mails().filter((mail) => !unheard(mail))
    }
    #has(id: string, email: string): boolean {
      return this.people.some((one) => one.id === id && one.email === email)
    }
  }

  it.each([ContactsFollowAfterTheEnd, WritesToNobodyWhenTheSenderIsGone])(
    'at rest is found out: %o',
    async (Different) => {
      const make = (world: World) => new Different(world)
      await expect(checkAtRestAgainstModel(make, { ...extent, runs: 1000 })).rejects.toThrow(
        'The system differs from the model',
      )
    },
  )

  it('is shown by the shortest history, one command a line', async () => {
    const failure = await checkAgainstModel((world) => new ForgetsWhoDeletesFirst(world), extent).catch(
      (error: Error) => error.message,
    )
    const story = `.*seed 7.*

  .* sends to .* → created #1
  .* rejects #1 → rejected
  .* deletes #1 → refused: recipient-must-delete-first

The last command answered: .*`
    expect(failure).toMatch(new RegExp(story))
  })
})
