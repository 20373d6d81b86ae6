import { partnerAccounts, Refused, type Schemas } from '../client/index.ts'
import { renew, token } from './session.ts'

export { dataOf, once, Refused } from '../client/index.ts'

export type Me = Schemas['Me']
export type Invitation = Schemas['Invitation']
export type Partner = Schemas['Partner']
export type Contact = Schemas['Contact']
export type User = Schemas['User']
export type Share = Schemas['Share']
export type Event = Schemas['Event']
export type ProblemCode = Schemas['ProblemCode']

export const api = partnerAccounts({ baseUrl: location.origin, token })

/** For actions that need no token. */
export const openApi = partnerAccounts({ baseUrl: location.origin, token: () => undefined })

api.use({
  async onResponse({ response }) {
    // The query or mutation retries, with the new token.
    if (response.status === 401) await renew()
  },
})

/** Whether a retry may succeed: there was no answer, the token has expired, or the service failed. */
export const worthRetrying = (error: unknown): boolean =>
  !(error instanceof Refused) || error.status === 401 || error.status >= 500

type Page<Row> = { items: Row[]; next: string | null }
type Answer<Row> = { data?: Page<Row>; error?: unknown; response: Response }

/** A list of the interface: its key in the cache, and a function that reads the page at a cursor. */
export type List<Row> = {
  key: readonly string[]
  /** Whether all pages are read at once, because the whole list is sorted, counted or chosen from. */
  whole?: true
  read: (cursor: string | undefined, signal: AbortSignal) => Promise<Answer<Row>>
}

const limit = 100

export const received = (status: 'pending' | 'rejected'): List<Invitation> => ({
  key: ['received', status],
  whole: true,
  read: (cursor, signal) =>
    api.GET('/v1/invitations', {
      params: { query: { direction: 'received', status, limit, cursor } },
      signal,
    }),
})

export const sent: List<Invitation> = {
  key: ['sent'],
  read: (cursor, signal) =>
    api.GET('/v1/invitations', { params: { query: { direction: 'sent', limit, cursor } }, signal }),
}

export const partners: List<Partner> = {
  key: ['partners'],
  whole: true,
  read: (cursor, signal) => api.GET('/v1/partners', { params: { query: { limit, cursor } }, signal }),
}

export type ContactKind = Contact['kind']

export const administers = ({ profile }: Pick<User, 'profile'>): boolean =>
  profile === 'administrator' || profile === 'billing-administrator'

export const contacts = (kind: ContactKind | undefined, q: string): List<Contact> => ({
  key: ['contacts', kind ?? '', q],
  whole: true,
  read: (cursor, signal) =>
    // The type of the answer includes CSV, which this request does not accept.
    api.GET('/v1/contacts', {
      params: { query: { kind, q: q || undefined, limit, cursor } },
      signal,
    }) as Promise<Answer<Contact>>,
})

export const users: List<User> = {
  key: ['users'],
  whole: true,
  read: (cursor, signal) => api.GET('/v1/users', { params: { query: { limit, cursor } }, signal }),
}

export const shares = (direction: Share['direction']): List<Share> => ({
  key: ['shares', direction],
  read: (cursor, signal) =>
    api.GET('/v1/shares', { params: { query: { direction, limit, cursor } }, signal }),
})

export const activity: List<Event> = {
  key: ['activity'],
  read: (cursor, signal) => api.GET('/v1/activity', { params: { query: { limit: 50, cursor } }, signal }),
}
