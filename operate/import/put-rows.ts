import { addressOf, type Checked, refuseRow, type User, userOf } from './check.ts'
import type { Settings } from './columns.ts'
import type { Answer, Directory } from './directory.ts'
import type { Journal, Outcome } from './journal.ts'
import { type Row, readRows, type Table } from './rows.ts'

/** Rows that are put at the same time. */
const concurrency = 16

/** Accounts that are remembered as put. Putting one again does no harm. */
const accountsRemembered = 10_000

type Import = {
  table: Table
  settings: Settings
  checked: Checked
  directory: Pick<Directory, 'putAccount' | 'putUser'>
  journal: Journal
  /** After an abort, rows that are being put are finished, and no other begins. */
  signal: AbortSignal
  onRow: () => void
}

/**
 * Puts the rows of a checked file that the journal does not have. Returns false if it was aborted before the end.
 * Throws if the directory can't be reached or refuses the key, or if a row is neither put nor refused.
 */
export async function putRows(started: Import): Promise<boolean> {
  const { table, settings, checked, directory, journal, signal, onRow } = started
  const { progress } = journal
  const { rows: done, startedAt } = progress
  const accounts = new Map<string, Promise<Answer>>()
  const underWay = new Map<string, Promise<Outcome>>()
  const rows = readRows(table)
  let taken = 0
  let failedInARow = 0
  let stopped = false

  async function work(): Promise<void> {
    for (;;) {
      const { value: row } = await rows.next()
      if (!row || stopped || signal.aborted) return
      const number = ++taken
      if (number <= done) continue
      const user = userOf(row, table, { ...settings, startedAt })
      const outcome = await inOrder(user, () => put(row, user))
      journal.settle(number, row, outcome)
      onRow()
      failedInARow =
        outcome !== 'put' && outcome !== 'unchanged' && outcome.code === 'internal-error'
          ? failedInARow + 1
          : 0
      if (failedInARow >= concurrency)
        throw new Error('The directory fails at every row. Look at the log of put-user.')
    }
  }

  /** Puts rows with the same address one after the other, because the last one gets the address. */
  function inOrder(user: User, act: () => Promise<Outcome>): Promise<Outcome> {
    const address = addressOf(user)
    if (address === undefined) return act()
    const before = underWay.get(address)
    const outcome = before ? before.then(act, act) : act()
    underWay.set(address, outcome)
    const end = () => {
      if (underWay.get(address) === outcome) underWay.delete(address)
    }
    outcome.then(end, end)
    return outcome
  }

  async function put(row: Row, user: User): Promise<Outcome> {
    const refusal = refuseRow(row, user, table)
    if (refusal) return refusal
    const { accountId = '', userId = '', accountName, ...fields } = user
    if (accountName !== undefined) {
      const account = await putAccount(accountId, accountName, user.version)
      if ('code' in account) return { code: account.code, reason: `The account: ${account.reason}` }
    }
    const answer = await directory.putUser(accountId, userId, fields)
    if ('code' in answer) return answer
    return answer.version === user.version && !answer.unchanged ? 'put' : 'unchanged'
  }

  function putAccount(accountId: string, name: string, version: number | string): Promise<Answer> {
    const key = `${accountId}\n${name}`
    const known =
      accounts.get(key) ??
      directory.putAccount(accountId, { name, version: checked.accounts.get(accountId)?.version ?? version })
    if (accounts.size >= accountsRemembered) accounts.clear()
    accounts.set(key, known)
    return known
  }

  // After an error, the other workers finish the row that each is putting, so that the results are recorded.
  const ended = await Promise.allSettled(
    Array.from({ length: concurrency }, () =>
      work().catch((error) => {
        stopped = true
        throw error
      }),
    ),
  )
  for (const one of ended) if (one.status === 'rejected') throw one.reason
  const settled = progress.put + progress.unchanged + journal.refused
  if (signal.aborted && settled < checked.rows) return false
  if (taken !== checked.rows || settled !== checked.rows)
    throw new Error(
      `Rows are lost: ${checked.rows} were counted and ${taken} read, but ${settled} were put, unchanged or refused. If the file was changed meanwhile, import it again; otherwise please report this.`,
    )
  return true
}
