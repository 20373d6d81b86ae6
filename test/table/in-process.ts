import { BatchWriteCommand } from '@aws-sdk/lib-dynamodb'
import type { RouteName } from '../../shared/contract/actions.ts'
import type { Invitation, Page, Partner } from '../../shared/contract/shapes.ts'
import { normalizeEmail } from '../../shared/domain/addresses.ts'
import { isAdministrator } from '../../shared/domain/profiles.ts'
import { db, tableName } from '../../shared/table/client.ts'
import type { AccountItem, AddressItem, EmailItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { userItem } from '../../shared/table/users.ts'
import { call } from '../kit/call.ts'
import type { Call } from '../kit/gateway-event.ts'
import type { AccountView, Caller, Outcome, PartnerView, System, User, World } from '../model/system.ts'

type Answer<Body> = { status: number; body: Body }

/** Runs the function of an action; throws where it answers with a server error. */
async function ask<Body>(
  action: RouteName,
  { id: userId, accountId }: Caller,
  request: Omit<Call, 'by'>,
): Promise<Answer<Body> | { refused: string }> {
  const { status, body, text } = await call(action, { by: { accountId, userId }, ...request })
  if (status >= 500) throw new Error(`${status}: ${text}`)
  return status >= 400 ? { refused: String(body.code) } : { status, body: body as Body }
}

async function outcomeOf<Body>(
  asked: Promise<Answer<Body> | { refused: string }>,
  expected: number,
  outcome: (body: Body) => Outcome,
): Promise<Outcome> {
  const got = await asked
  if ('refused' in got) return got
  if (got.status !== expected) throw new Error(`${got.status} instead of ${expected}`)
  return outcome(got.body)
}

/** Small, so that histories with many invitations need more than one page. */
const limit = '20'

let histories = 0

/**
 * The product's functions on a real table. Every history has accounts and addresses of its own, told apart by a prefix
 * and a suffix that the model does not see.
 */
export class InProcess implements System {
  #prefix: string
  #suffix: string
  #world: World

  private constructor(world: World, history: number) {
    this.#world = world
    this.#prefix = `history-${history}-`
    this.#suffix = `.history-${history}`
  }

  static async of(world: World): Promise<InProcess> {
    histories += 1
    const system = new InProcess(world, histories)
    await system.#seed()
    return system
  }

  send(by: Caller, email: string): Promise<Outcome> {
    const body = { email: this.#address(email) }
    return outcomeOf(ask<Invitation>('send-invitation', this.#caller(by), { body }), 201, ({ id }) => ({
      ok: 'created',
      handle: id,
    }))
  }

  accept(by: Caller, id: string): Promise<Outcome> {
    return outcomeOf(
      ask<Partner>('accept-invitation', this.#caller(by), { params: { id } }),
      200,
      (partner) => ({
        ok: 'accepted',
        partner: this.#partner(partner),
      }),
    )
  }

  reject(by: Caller, id: string): Promise<Outcome> {
    return outcomeOf(
      ask<Invitation>('reject-invitation', this.#caller(by), { params: { id } }),
      200,
      ({ status }) => {
        if (status !== 'rejected') throw new Error(`Rejecting made it ${status}`)
        return { ok: status }
      },
    )
  }

  deleteInvitation(by: Caller, id: string): Promise<Outcome> {
    return outcomeOf(ask('delete-invitation', this.#caller(by), { params: { id } }), 204, () => ({
      ok: 'deleted',
    }))
  }

  deletePartner(by: Caller, accountId: string): Promise<Outcome> {
    const params = { accountId: this.#account(accountId) }
    return outcomeOf(ask('delete-partner', this.#caller(by), { params }), 204, () => ({ ok: 'ended' }))
  }

  async views(accountId: string): Promise<AccountView> {
    const user = this.#world.users.find((one) => one.accountId === accountId && isAdministrator(one.profile))
    if (!user) throw new Error(`${accountId} has no administrator`)
    const [sent, received, partners] = await Promise.all([
      this.#all<Invitation>('list-invitations', user, { direction: 'sent' }),
      this.#all<Invitation>('list-invitations', user, { direction: 'received' }),
      this.#all<Partner>('list-partners', user, {}),
    ])
    return {
      sent: sent.map(({ id, email, status, actions, recipient }) => ({
        handle: id,
        email: this.#bare(email),
        status: listed(status),
        actions: { delete: actions.delete ?? null },
        recipient: recipient && this.#bare(recipient.accountId),
      })),
      received: received.map(({ id, email, status, actions, sender }) => ({
        handle: id,
        senderAccountId: this.#bare(sender.accountId),
        email: this.#bare(email),
        status: listed(status),
        actions: {
          accept: actions.accept ?? null,
          reject: actions.reject ?? null,
          delete: actions.delete ?? null,
        },
      })),
      partners: partners.map((partner) => this.#partner(partner)),
    }
  }

  async #all<Item>(action: RouteName, user: User, query: Record<string, string>): Promise<Item[]> {
    const items: Item[] = []
    for (let cursor: string | null | undefined; cursor !== null; ) {
      const page = await ask<Page<Item>>(action, this.#caller(user), {
        query: { ...query, limit, ...(cursor !== undefined && { cursor }) },
      })
      if ('refused' in page) throw new Error(`A list was refused: ${page.refused}`)
      items.push(...page.body.items)
      cursor = page.body.next
    }
    return items
  }

  #account(id: string): string {
    return `${this.#prefix}${id}`
  }

  #caller({ id, accountId }: Caller): Caller {
    return { id, accountId: this.#account(accountId) }
  }

  #address(email: string): string {
    return email.replace(/\.example(?=\s*$)/i, (domain) => `${domain}${this.#suffix}`)
  }

  /** An account id or an address without what tells the history apart. */
  #bare(text: string): string {
    return text.replace(this.#prefix, '').replace(this.#suffix, '')
  }

  #partner({ accountId, initiatedBy }: Partner): PartnerView {
    return { accountId: this.#bare(accountId), initiatedBy }
  }

  async #seed(): Promise<void> {
    const items = [
      ...this.#world.accounts.map((id) => this.#accountItem(id)),
      ...this.#world.users.flatMap((user) => this.#userItems(user)),
    ]
    while (items.length > 0) {
      const requests = items.splice(0, 25).map((Item) => ({ PutRequest: { Item } }))
      await db.send(new BatchWriteCommand({ RequestItems: { [tableName]: requests } }))
    }
  }

  #accountItem(id: string): object & AccountItem {
    const accountId = this.#account(id)
    const administrators = this.#world.users.filter(
      (user) => user.accountId === id && isAdministrator(user.profile),
    )
    return {
      ...keys.account(accountId),
      type: 'account',
      accountId,
      name: id,
      salt: `salt of ${accountId}`,
      administrators: new Set(administrators.map((user) => user.id)),
    }
  }

  #userItems({ id: userId, accountId: account, email: address, name, profile }: User): object[] {
    const accountId = this.#account(account)
    const email = normalizeEmail(this.#address(address)) ?? ''
    const [createdAt, locale, version] = ['2026-11-23T09:00:00.000Z', 'en', 1]
    const user = userItem({
      accountId,
      userId,
      email,
      emailConfirmed: true,
      name,
      profile,
      locale,
      version,
      createdAt,
      changedAt: createdAt,
    })
    const claim: EmailItem = { type: 'email', email, accountId, userId }
    const users: AddressItem = { type: 'address', users: new Set([userId]) }
    return [
      { ...keys.user(accountId, userId), ...user },
      { ...keys.email(email), ...claim },
      { ...keys.address(accountId, email), ...users },
    ]
  }
}

function listed(status: Invitation['status']): 'pending' | 'rejected' {
  if (status === 'accepted') throw new Error('An accepted invitation is listed')
  return status
}
