import { normalizeEmail } from '../../shared/domain/addresses.ts'
import { hostIdRule, isHostId } from '../../shared/domain/ids.ts'
import { type Field, type Settings, valuesOf } from './columns.ts'
import type { Refusal } from './journal.ts'
import { type Row, readRows, type Table } from './rows.ts'

/** A user as a row describes it. Without a version column, the version is the start of the import. */
export type User = Partial<Record<Exclude<Field, 'version'>, string>> & { version: number | string }

/** Facts about a file that are known before any row is put. */
export type Checked = {
  rows: number
  accounts: Accounts
  /** How many rows have the address of an earlier row, and the lines of the first such pair. */
  repeatedAddresses: { rows: number; example: [number, number] | undefined }
}

/** The accounts with a name, by id, each with the highest version of its rows and the line of the first. */
type Accounts = Map<string, { name: string; version: number; line: number }>

const problemsShown = 10

/** `startedAt`: the start of the import, in milliseconds since 1970. */
export function userOf({ cells }: Row, table: Table, settings: Settings & { startedAt: number }): User {
  const { version, locale, ...values } = valuesOf(cells, table.columns, settings)
  // A version that is not a number is sent unchanged, and the directory refuses it.
  const asNumber = /^\d+$/.test(version ?? '') ? Number(version) : version
  return {
    ...values,
    // Some products export sv_SE.
    ...(locale !== undefined && { locale: locale.replaceAll('_', '-') }),
    version: asNumber ?? settings.startedAt,
  }
}

/** Refuses a row that can't be sent to the directory. */
export function refuseRow({ uneven, cells }: Row, user: User, { header }: Table): Refusal | undefined {
  if (uneven)
    return {
      code: 'uneven-row',
      reason: `uneven-row: The row has ${cells.length} cells and the header ${header.length}. Quote cells that contain the delimiter.`,
    }
  for (const field of ['accountId', 'userId'] as const) {
    const id = user[field]
    if (id === undefined) return { code: 'no-id', reason: `no-id: ${field} is empty.` }
    // The id is part of the path: another one could address another resource.
    if (!isHostId(id))
      return { code: 'invalid-field', reason: `invalid-field: ${field} "${id}": ${hostIdRule}` }
  }
  return undefined
}

/** The user's address in the form in which addresses are compared. */
export const addressOf = ({ email }: User): string | undefined =>
  email === undefined ? undefined : normalizeEmail(email)

/** Reads the whole file once. Throws with the lines if rows contradict each other: their order would then matter. */
export async function checkRows(table: Table, settings: Settings & { startedAt: number }): Promise<Checked> {
  const users = new Map<string, number>()
  const addresses = new Map<string, number>()
  const accounts: Accounts = new Map()
  const repeatedAddresses: Checked['repeatedAddresses'] = { rows: 0, example: undefined }
  const problems: string[] = []
  let rows = 0
  for await (const row of readRows(table)) {
    rows++
    const user = userOf(row, table, settings)
    if (refuseRow(row, user, table)) continue
    const { accountId = '', userId = '' } = user
    const { line } = row
    const sameUser = firstLine(users, `${accountId}\n${userId}`, line)
    if (sameUser !== line)
      problems.push(
        `Line ${line}: the user ${userId} of the account ${accountId} is in line ${sameUser} too.`,
      )
    const problem = nameAccount(accounts, user, line)
    if (problem !== undefined) problems.push(problem)
    const address = addressOf(user)
    const sameAddress = address === undefined ? line : firstLine(addresses, address, line)
    if (sameAddress === line) continue
    repeatedAddresses.rows++
    repeatedAddresses.example ??= [sameAddress, line]
  }
  if (problems.length > 0) throw new Error(describe(problems))
  return { rows, accounts, repeatedAddresses }
}

/** The first line with this key, which may be the present one. */
function firstLine(lines: Map<string, number>, key: string, line: number): number {
  const first = lines.get(key) ?? line
  lines.set(key, first)
  return first
}

/** @returns the problem if another row gives the account another name */
function nameAccount(accounts: Accounts, { accountId = '', accountName, version }: User, line: number) {
  const name = accountName && accountName.length <= 200 ? accountName.trim().normalize('NFC') : undefined
  // The directory will refuse this row, so it contradicts no other row.
  if (name === undefined || typeof version === 'string') return undefined
  const known = accounts.get(accountId) ?? { name, version, line }
  if (known.name !== name)
    return `Line ${line}: the account ${accountId} is named "${name}", but "${known.name}" in line ${known.line}.`
  accounts.set(accountId, { ...known, version: Math.max(known.version, version) })
  return undefined
}

function describe(problems: string[]): string {
  const shown = problems.slice(0, problemsShown)
  const more = problems.length - shown.length
  if (more > 0) shown.push(`And ${more} more.`)
  return `${shown.join('\n')}\nNothing has been put. Correct the file and import it again.`
}
