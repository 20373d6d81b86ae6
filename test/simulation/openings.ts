import type { Command } from './commands.ts'

/** Whoever they are, towards a partnership and then to its end. */
const goOn = (account: number, other: number): Command => ({ do: 'go-on', account, with: other, user: 0 })
const partners = (one: number, other: number) => [goOn(one, other), goOn(one, other)]

/** By number of users in each account: what happens before a run begins; the last is a hub with partners of its own. */
export const openings: { accounts: number[]; before: Command[] }[] = [
  { accounts: [3, 3], before: [] },
  { accounts: [3, 3], before: partners(0, 1) },
  { accounts: [3, 3], before: partners(0, 1) },
  { accounts: [3, 2], before: [...partners(0, 1), goOn(0, 1)] },
  { accounts: [2, 3], before: [...partners(0, 1), goOn(1, 0)] },
  { accounts: [2, 2, 1], before: partners(0, 1) },
  { accounts: [2, 1, 1, 1], before: [...partners(0, 1), ...partners(0, 2), ...partners(0, 3)] },
]

/** Of the accounts, in their order. */
export const names = ['acme', 'globex', 'initech', 'umbrella']
