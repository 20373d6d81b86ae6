import { createHash } from 'node:crypto'

export type Ref = { accountId: string; userId: string }

/** What a put of the host says of a user. */
export type HostFields = { email: string; name: string; profile: string; locale?: string }

export type UserState = HostFields & { emailConfirmed: boolean; pendingEmail: string | null }

/** An answer: a status, the code of a refusal, and the host's version where the user is removed. */
export type Answered = { status: number; code?: string; removedVersion?: number }

const ok: Answered = { status: 200 }
const done: Answered = { status: 204 }
const refused = (status: number, code: string): Answered => ({ status, code })

/** An address remembers at most so many users whose latest put names it. */
const maxNamed = 10

export const idOf = ({ accountId, userId }: Ref) => `${accountId}/${userId}`

export const refOf = (id: string): Ref => {
  const [accountId = '', userId = ''] = id.split('/')
  return { accountId, userId }
}

export const isAdministrator = ({ profile }: { profile: string }) => profile.endsWith('administrator')

const digestOf = (word: object | 'removed') => createHash('sha256').update(JSON.stringify(word)).digest('hex')

/**
 * Users and their addresses (behaviour.md §5): what the host puts, what administrators type, and which links are followed.
 */
export class Directory {
  /** The users that exist, by account and id. */
  readonly users = new Map<string, UserState>()
  readonly #lastWords = new Map<string, { version: number; digest: string }>()
  readonly #named = new Map<string, string[]>()
  readonly #holders = new Map<string, string>()
  /** The newest link of each user that has something to confirm. */
  readonly #links = new Map<string, { email: string; link: string }>()

  put(ref: Ref, version: number, fields: HostFields): Answered {
    const id = idOf(ref)
    const known = this.#heardBefore(id, version, digestOf(fields))
    if (known) return known
    const before = this.users.get(id)
    if (before && before.email !== fields.email) this.#leave(id, before.email)
    this.#links.delete(id)
    this.users.set(id, { ...fields, emailConfirmed: true, pendingEmail: null })
    const named = this.#namedBy(fields.email).filter((one) => one !== id)
    this.#named.set(fields.email, [...named, id].slice(-maxNamed))
    this.#hold(id, fields.email)
    return ok
  }

  drop(ref: Ref, version: number): Answered {
    const id = idOf(ref)
    const known = this.#heardBefore(id, version, digestOf('removed'))
    if (known) return known.code ? known : done
    this.#remove(id)
    return done
  }

  /** An administrator adds a user. The id is the one that the system under test gives. */
  add(ref: Ref, fields: HostFields): Answered {
    if (this.#isUsedIn(ref.accountId, fields.email)) return refused(409, 'email-taken')
    this.users.set(idOf(ref), { ...fields, emailConfirmed: false, pendingEmail: null })
    return { status: 201 }
  }

  /** An administrator changes a user. @returns where an e-mail with a new link goes, if it does */
  change(ref: Ref, { email, ...fields }: Partial<HostFields>): Answered & { mailTo?: string } {
    const user = this.users.get(idOf(ref))
    if (!user) return refused(404, 'not-found')
    const isNew = email !== undefined && email !== user.email && email !== user.pendingEmail
    if (isNew && this.#isUsedIn(ref.accountId, email, idOf(ref))) return refused(409, 'email-taken')
    const isDemoted = fields.profile !== undefined && !isAdministrator({ ...user, ...fields })
    if (isDemoted && this.#isLastAdministrator(ref)) return refused(409, 'last-administrator')
    Object.assign(user, fields)
    return email === undefined || email === user.pendingEmail ? ok : this.#typeAddress(ref, user, email)
  }

  #isLastAdministrator(ref: Ref): boolean {
    const [one, other] = this.administratorsOf(ref.accountId)
    return one !== undefined && other === undefined && one.userId === ref.userId
  }

  administratorsOf(account: string): (Ref & UserState)[] {
    return this.usersOf(account).filter(isAdministrator)
  }

  usersOf(account: string): (Ref & UserState)[] {
    return [...this.users].flatMap(([id, user]) =>
      refOf(id).accountId === account ? [{ ...refOf(id), ...user }] : [],
    )
  }

  #typeAddress(ref: Ref, user: UserState, email: string): Answered & { mailTo?: string } {
    const id = idOf(ref)
    if (email === user.email) {
      if (user.pendingEmail !== null) this.#links.delete(id)
      user.pendingEmail = null
      return ok
    }
    this.#links.delete(id)
    if (user.emailConfirmed) user.pendingEmail = email
    else {
      this.#leave(id, user.email)
      user.email = email
      user.pendingEmail = null
    }
    return { ...ok, mailTo: email }
  }

  remove(ref: Ref): Answered {
    if (!this.users.has(idOf(ref))) return refused(404, 'not-found')
    if (this.#isLastAdministrator(ref)) return refused(409, 'last-administrator')
    this.#remove(idOf(ref))
    return done
  }

  /** The address that a user has yet to confirm, if there is one. */
  unconfirmedOf(ref: Ref): string | undefined {
    const user = this.users.get(idOf(ref))
    if (!user) return undefined
    return user.pendingEmail ?? (user.emailConfirmed ? undefined : user.email)
  }

  /** An e-mail with a link was sent to a user; only the newest one works. */
  linked(ref: Ref, link: string): void {
    const email = this.unconfirmedOf(ref)
    if (email !== undefined) this.#links.set(idOf(ref), { email, link })
  }

  follow(link: string): Answered {
    const [id, found] = [...this.#links].find(([, one]) => one.link === link) ?? []
    const user = id === undefined ? undefined : this.users.get(id)
    if (id === undefined || !found || !user) return refused(404, 'not-found')
    // It has been confirmed meanwhile, by being handed back.
    if (
      (user.pendingEmail ?? user.email) !== found.email ||
      (user.emailConfirmed && user.pendingEmail === null)
    )
      return refused(404, 'not-found')
    const holder = this.#holders.get(found.email)
    if (holder !== undefined && holder !== id) return refused(409, 'email-taken')
    this.#links.delete(id)
    if (user.email !== found.email) this.#leave(id, user.email)
    Object.assign(user, { email: found.email, emailConfirmed: true, pendingEmail: null })
    this.#holders.set(found.email, id)
    return done
  }

  /** The id of the user who has confirmed an address. */
  holderOf(email: string): string | undefined {
    return this.#holders.get(email)
  }

  #namedBy(email: string): string[] {
    return this.#named.get(email) ?? []
  }

  /** Undefined where the host says something new. */
  #heardBefore(id: string, version: number, digest: string): Answered | undefined {
    const last = this.#lastWords.get(id)
    if (last && version === last.version && digest !== last.digest) return refused(409, 'version-reused')
    if (last && version <= last.version)
      return this.users.has(id) ? ok : { ...ok, removedVersion: last.version }
    this.#lastWords.set(id, { version, digest })
    return undefined
  }

  #hold(id: string, email: string): void {
    const before = this.#holders.get(email)
    const displaced = before === undefined || before === id ? undefined : this.users.get(before)
    if (displaced) displaced.emailConfirmed = false
    this.#holders.set(email, id)
  }

  /** A user has an address no longer; whoever was put with it last has it again. */
  #leave(id: string, email: string): void {
    const named = this.#namedBy(email).filter((one) => one !== id)
    this.#named.set(email, named)
    if (this.#holders.get(email) !== id) return
    this.#holders.delete(email)
    const heir = named.at(-1)
    const user = heir === undefined ? undefined : this.users.get(heir)
    if (heir === undefined || !user) return
    user.emailConfirmed = true
    this.#holders.set(email, heir)
  }

  #remove(id: string): void {
    const user = this.users.get(id)
    if (!user) return
    this.#leave(id, user.email)
    this.users.delete(id)
    this.#links.delete(id)
  }

  /** Within one account an address is used once, confirmed or not. */
  #isUsedIn(accountId: string, email: string, except?: string): boolean {
    return [...this.users].some(
      ([id, user]) =>
        id !== except &&
        refOf(id).accountId === accountId &&
        (user.email === email || user.pendingEmail === email),
    )
  }
}
