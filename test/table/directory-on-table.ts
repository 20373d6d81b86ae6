import { SESClient, type SendEmailCommand } from '@aws-sdk/client-ses'
import { BatchWriteCommand, ScanCommand } from '@aws-sdk/lib-dynamodb'
import { handler as sendEmails } from '../../functions/send-emails.ts'
import { db, tableName } from '../../shared/table/client.ts'
import type { ConfirmationItem, EmailItem, EventItem, UserItem } from '../../shared/table/items.ts'
import { keys } from '../../shared/table/keys.ts'
import { call, inShort } from '../kit/call.ts'
import { deliver, recordOf } from '../kit/deliver.ts'
import { type Answered, type HostFields, idOf, type Ref } from '../model/directory.ts'

type Item = Record<string, unknown> & { pk: string; sk: string; type: string }

/** All that the table says about users and their addresses. */
export type Snapshot = {
  users: Map<string, UserItem>
  claims: Map<string, EmailItem>
  /** The ids of the users in each item of an address within an account, by the item's key. */
  uses: Map<string, string[]>
  confirmations: Map<string, ConfirmationItem>
  /** How many entries there are about each user in its account's log. */
  entries: Map<string, number>
}

const boss = 'boss'

/** The product's functions on this test file's own table: what the host, administrators and readers of mail do. */
export class DirectoryOnTable {
  readonly #mails: { to: string; text: string }[] = []

  constructor() {
    // The product's own client is replaced: the mails are for reading.
    const send = ({ input }: SendEmailCommand) => {
      const { Destination, Message } = input
      this.#mails.push({
        to: Destination?.ToAddresses?.[0] ?? '',
        text: Message?.Body?.Text?.Data ?? '',
      })
      return Promise.resolve({ MessageId: 'sent' })
    }
    Object.assign(SESClient.prototype, { send })
  }

  /** Makes accounts, each with an administrator. */
  async open(accounts: string[]): Promise<void> {
    for (const accountId of accounts) {
      await call('put-account', { params: { accountId }, body: { name: accountId, version: 1 } })
      const fields = { email: `${boss}@${accountId}.example`, name: boss, profile: 'administrator' }
      const answer = await this.put({ accountId, userId: boss }, 1, fields)
      if (answer.status !== 200) throw new Error(`The administrator of ${accountId}: ${answer.code}`)
    }
  }

  async put({ accountId, userId }: Ref, version: number, fields: HostFields): Promise<Answered> {
    return short(await call('put-user', { params: { accountId, userId }, body: { ...fields, version } }))
  }

  async drop({ accountId, userId }: Ref, version: number): Promise<Answered> {
    const query = { version: String(version) }
    return short(await call('drop-user', { params: { accountId, userId }, query }))
  }

  async add(accountId: string, fields: HostFields): Promise<Answered & { userId: string }> {
    const answer = await call('add-user', { by: { accountId, userId: boss }, body: fields })
    return { ...short(answer), userId: String(answer.body.id) }
  }

  async change({ accountId, userId }: Ref, email: string): Promise<Answered> {
    const by = { accountId, userId: boss }
    return short(await call('change-user', { by, params: { id: userId }, body: { email } }))
  }

  async remove({ accountId, userId }: Ref): Promise<Answered> {
    return short(await call('remove-user', { by: { accountId, userId: boss }, params: { id: userId } }))
  }

  async sendConfirmation({ accountId, userId }: Ref): Promise<Answered> {
    return short(await call('send-confirmation', { by: { accountId, userId: boss }, params: { id: userId } }))
  }

  async follow(token: string): Promise<Answered> {
    return short(await call('confirm-address', { body: { token } }))
  }

  /** Delivers the record of a confirmation. @returns the mail that was sent, if one was, and the token in its link */
  async deliver(confirmation: ConfirmationItem): Promise<{ to: string; token: string } | undefined> {
    this.#mails.length = 0
    const item = { ...keys.confirmation(confirmation.accountId, confirmation.userId), ...confirmation }
    if ((await deliver(sendEmails, [recordOf(item)], { as: confirmation.confirmationId })) > 0)
      throw new Error('A confirmation e-mail was not sent')
    const [mail] = this.#mails
    if (!mail) return undefined
    const token = /#([\w-]+)/.exec(mail.text)?.[1]
    if (token === undefined) throw new Error(`No link in ${mail.text}`)
    return { to: mail.to, token }
  }

  /** What there is now. Counters are taken away, so that no history reaches a day's limit. */
  async look(): Promise<Snapshot> {
    const { Items = [] } = await db.send(new ScanCommand({ TableName: tableName, ConsistentRead: true }))
    const items = Items as Item[]
    await forget(items.filter(({ type }) => type === 'quota'))
    const ofType = <Kind>(type: string) => items.filter((item) => item.type === type) as unknown as Kind[]
    const events = ofType<EventItem>('event').filter(({ userId }) => userId !== undefined)
    const about = Object.groupBy(events, ({ accountId, userId = '' }) => idOf({ accountId, userId }))
    return {
      users: new Map(ofType<UserItem>('user').map((user) => [idOf(user), user])),
      claims: new Map(ofType<EmailItem>('email').map((claim) => [claim.email, claim])),
      uses: new Map(
        items
          .filter(({ type }) => type === 'address')
          .map(({ pk, sk, users }) => [`${pk} ${sk}`, [...((users as Set<string>) ?? [])]]),
      ),
      confirmations: new Map(ofType<ConfirmationItem>('confirmation').map((one) => [idOf(one), one])),
      entries: new Map(Object.entries(about).map(([id, entries = []]) => [id, entries.length])),
    }
  }
}

async function forget(items: Item[]): Promise<void> {
  const requests = items.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } }))
  while (requests.length > 0) {
    const RequestItems = { [tableName]: requests.splice(0, 25) }
    await db.send(new BatchWriteCommand({ RequestItems }))
  }
}

function short(answer: Awaited<ReturnType<typeof call>>): Answered {
  const { status, body } = answer
  if (status >= 500) throw new Error(inShort(answer))
  return {
    status,
    ...(status >= 400 && { code: String(body.code) }),
    ...(body.removed === true && { removedVersion: Number(body.version) }),
  }
}

/** What is wrong with a table at rest, whatever happened: claims, uses and links that belong to nobody, or are missing. */
export function flaws({ users, claims, uses, confirmations, entries }: Snapshot): string[] {
  const found: string[] = []
  const active = [...users.values()].flatMap((user) => (user.removed ? [] : [user]))
  for (const { email, emailConfirmed, ...user } of active) {
    const claim = claims.get(email)
    const holds = claim !== undefined && idOf(claim) === idOf(user)
    if (holds !== emailConfirmed)
      found.push(
        `${idOf(user)} has ${email} ${emailConfirmed ? 'confirmed without' : 'unconfirmed with'} its claim`,
      )
  }
  for (const [email, claim] of claims) {
    const named = (claim as EmailItem & { named?: Ref[] }).named ?? []
    for (const ref of [claim, ...named]) {
      const user = users.get(idOf(ref))
      if (!user || user.removed || user.email !== email)
        found.push(`The claim of ${email} is ${idOf(ref)}'s, who has left it`)
    }
    if (new Set(named.map(idOf)).size !== named.length) found.push(`${email} is named twice by one user`)
    if (named.length > 10) found.push(`${email} remembers ${named.length} users`)
  }
  const wanted = new Map<string, Set<string>>()
  for (const { accountId, userId, email, pendingEmail } of active)
    for (const one of [email, pendingEmail].filter((address) => address !== undefined)) {
      const { pk, sk } = keys.address(accountId, one)
      wanted.set(`${pk} ${sk}`, (wanted.get(`${pk} ${sk}`) ?? new Set()).add(userId))
    }
  for (const key of new Set([...wanted.keys(), ...uses.keys()])) {
    const [want, have] = [[...(wanted.get(key) ?? [])].sort(), (uses.get(key) ?? []).toSorted()]
    if (want.join() !== have.join()) found.push(`${key} is used by [${want}] and says [${have}]`)
  }
  for (const [id, { email }] of confirmations) {
    const user = users.get(id)
    // An address that was handed back keeps its link, which does nothing.
    if (!user || user.removed || (user.pendingEmail ?? user.email) !== email)
      found.push(`There is a link to confirm ${email} for ${id}, who has nothing to confirm there`)
  }
  for (const [id, { version }] of users) {
    const told = entries.get(id) ?? 0
    if (told !== version) found.push(`${id} is in version ${version}, and its log has ${told} entries`)
  }
  return found
}
