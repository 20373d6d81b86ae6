import { createHash } from 'node:crypto'

/**
 * Whose address is whose, as docs/behaviour.md has it: what the host says, what administrators type, and which links are
 * followed. Nothing here comes from the product's code. It does one thing after the other, and keeps all of it in memory.
 */

export type Ref = { accountId: string; userId: string }

/** What a put of the host says of a user. */
export type HostFields = { email: string; name: string; profile: string }

export type UserState = HostFields & { emailConfirmed: boolean; pendingEmail: string | null }

/** What is answered: a status, a code where it is refused, and the version of the host where the user is removed. */
export type Answered = { status: number; code?: string; removedVersion?: number }

const ok: Answered = { status: 200 }
const done: Answered = { status: 204 }
const refused = (status: number, code: string): Answered => ({ status, code })

/** An address remembers at most so many users whose latest put names it. */
const maxNamed = 10

export const idOf = ({ accountId, userId }: Ref) => `${accountId}/${userId}`
const accountOf = (id: string) => id.slice(0, id.indexOf('/'))

const digestOf = (word: object | 'removed') => createHash('sha256').update(JSON.stringify(word)).digest('hex')

export class Addresses {
  /** The users that there are, by account and id. */
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

  /** An administrator adds a user; the test gives it the id that the product gave. */
  add(ref: Ref, fields: HostFields): Answered {
    if (this.#isUsedIn(ref.accountId, fields.email)) return refused(409, 'email-taken')
    this.users.set(idOf(ref), { ...fields, emailConfirmed: false, pendingEmail: null })
    return { status: 201 }
  }

  /** An administrator types another address. @returns whether an e-mail with a new link follows, and where to */
  change(ref: Ref, email: string): Answered & { mailTo?: string } {
    const id = idOf(ref)
    const user = this.users.get(id)
    if (!user) return refused(404, 'not-found')
    if (email === user.email) {
      if (user.pendingEmail !== null) this.#links.delete(id)
      user.pendingEmail = null
      return ok
    }
    if (email === user.pendingEmail) return ok
    if (this.#isUsedIn(ref.accountId, email, id)) return refused(409, 'email-taken')
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

  /** Who has an address confirmed. */
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
        id !== except && accountOf(id) === accountId && (user.email === email || user.pendingEmail === email),
    )
  }
}
