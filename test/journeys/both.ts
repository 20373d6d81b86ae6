import { randomUUID } from 'node:crypto'
import { type RouteName, routes } from '../../shared/contract/actions.ts'
import { age } from '../kit/age.ts'
import { Both } from '../model/both.ts'
import { idOf, type Ref } from '../model/directory.ts'
import { type Answer, Model, type Request } from '../model/model.ts'
import type { State } from '../model/states.ts'
import { answered, call, type Page } from './api.ts'
import { ask } from './host.ts'

/** The address of each user, by which it signs in, also when it has been removed. */
const addresses = new Map<string, string>()

/** The path of a request, with its query. */
export function pathOf({ action, params = {}, query = {} }: Request): string {
  const path = routes[action].path.replace(/\{(\w+)\}/g, (_, name) => encodeURIComponent(params[name] ?? ''))
  const search = new URLSearchParams(query).toString()
  return search ? `${path}?${search}` : path
}

async function overHttp(request: Request): Promise<{ answer: string; body: unknown }> {
  const { action, by, body } = request
  const { method, access } = routes[action]
  if (access === 'host') {
    const answer = await ask(method, pathOf(request).replace('/v1/directory', ''), body)
    return { answer: answered(answer), body: answer.body }
  }
  const items: unknown[] = []
  for (let { query } = request; ; ) {
    const path = pathOf({ ...request, ...(query && { query }) })
    const answer = await call<Page<unknown>>(by ? (addresses.get(idOf(by)) ?? '') : null, method, path, body)
    if (!action.startsWith('list-') || answer.status !== 200)
      return { answer: answered(answer), body: answer.body }
    items.push(...answer.body.items)
    if (answer.body.next === null) return { answer: '200', body: { items } }
    query = { ...query, limit: '100', cursor: answer.body.next }
  }
}

/** How an invitation that was sent gets into a state. */
const ways: Record<State, [RouteName, 'sender' | 'recipient'][]> = {
  none: [['delete-invitation', 'sender']],
  pending: [],
  rejected: [['reject-invitation', 'recipient']],
  'dismissed-request': [['delete-invitation', 'recipient']],
  'dismissed-partnership': [
    ['accept-invitation', 'recipient'],
    ['delete-partner', 'recipient'],
  ],
  accepted: [['accept-invitation', 'recipient']],
  expired: [],
}

/** The model beside the stack, with new accounts, and what brings about the situations between them. */
export class Stage {
  readonly both = new Both(new Model(), overHttp)
  readonly model = this.both.model

  /** A new account with an administrator, ada, and a manager, max. */
  async account(label: string): Promise<string> {
    const accountId = `${label}-${randomUUID().slice(0, 8)}`
    await this.both.ask({
      action: 'put-account',
      params: { accountId },
      body: { name: `The ${accountId}`, version: 1 },
    })
    await this.put({ accountId, userId: `ada-${accountId}` }, 'administrator')
    await this.put({ accountId, userId: `max-${accountId}` }, 'manager')
    return accountId
  }

  /** A user as the host puts it. */
  async put(ref: Ref, profile: string): Promise<Ref> {
    const email = `${ref.userId}@${ref.accountId}.example`
    addresses.set(idOf(ref), email)
    await this.both.ask({
      action: 'put-user',
      params: ref,
      body: { email, name: `The ${ref.userId}`, profile, version: 1 },
    })
    return ref
  }

  /** A request that succeeds, by an administrator. */
  async done(action: RouteName, accountId: string, request: Partial<Request>): Promise<Answer> {
    const answer = await this.both.ask({ action, by: ada(accountId), ...request })
    if (!answer.answer.startsWith('2')) throw new Error(`${action} by ${accountId}: ${answer.answer}`)
    return answer
  }

  /** Ends what there is between two accounts and deletes their invitations. */
  async clear(one: string, other: string): Promise<void> {
    const { invitations } = this.model
    for (const { id, sender, recipient, state } of invitations) {
      if (![sender, recipient].every((side) => [one, other].includes(side))) continue
      if (state === 'accepted')
        await this.done('delete-partner', sender, { params: { accountId: recipient } })
      else {
        if (state === 'rejected') await this.done('delete-invitation', recipient, { params: { id } })
        await this.done('delete-invitation', sender, { params: { id } })
      }
    }
  }

  /** A new invitation to the recipient's administrator, the only one between the two accounts, in a state: its id. */
  async inState(state: State, sender: string, recipient: string): Promise<string> {
    await this.clear(sender, recipient)
    const email = addresses.get(idOf(ada(recipient)))
    const { body } = await this.done('send-invitation', sender, { body: { email } })
    const { id } = body as { id: string }
    for (const [action, side] of ways[state])
      await this.done(action, side === 'sender' ? sender : recipient, { params: { id, accountId: sender } })
    if (state === 'expired') {
      this.model.expire(id)
      this.both.renamed(id, await age(this.both.theirs(id)))
    }
    return id
  }

  async partners(sender: string, recipient: string): Promise<string> {
    const there = this.model.partnership(sender, recipient)
    return there?.sender === sender ? there.id : this.inState('accepted', sender, recipient)
  }

  async share(owner: string, partnerAccountId: string): Promise<string> {
    const body = { partnerAccountId, kind: 'proof', objectId: randomUUID(), title: 'A proof' }
    const answer = await this.done('add-share', owner, { body })
    return (answer.body as { id: string }).id
  }
}

export const ada = (accountId: string): Ref => ({ accountId, userId: `ada-${accountId}` })
export const max = (accountId: string): Ref => ({ accountId, userId: `max-${accountId}` })
