/** When a command is given: RFC 3339 in UTC; and where it takes new, time-ordered ids from (UUID v7). */
export type Clock = { now: string; newId: () => string }

/** The user who gives a command. */
export type Actor = { accountId: string; userId: string; name: string }

/** What a decision needs beside the state and the command. */
export type Context = Clock & { by: Actor }
