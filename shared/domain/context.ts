/** The time of a command (RFC 3339 in UTC), and a source of time-ordered ids (UUID v7). */
export type Clock = { now: string; newId: () => string }

/** What identifies a user. */
export type UserRef = { accountId: string; userId: string }

/** The user who gives a command. */
export type Actor = UserRef & { name: string }

/** What a decision needs besides the state and the command. */
export type Context = Clock & { by: Actor }
