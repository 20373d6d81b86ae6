const required = ['accountId', 'userId', 'email', 'name', 'profile'] as const
const optional = ['locale', 'version', 'accountName'] as const
const fields = [...required, ...optional]

/** A field that an import reads from a row. */
export type Field = (typeof fields)[number]

/** How the rows of a file become users. */
export type Settings = {
  /** The columns of a field, as `--map` names them. An empty text stands for no column. */
  mapping: Map<Field, string>
  /** The account of rows without an accountId. */
  account?: string | undefined
  /** The profile of rows without a profile. */
  profile?: string | undefined
}

/** The positions of each field's columns in a row. */
type Columns = Map<Field, number[]>

export type Header = { columns: Columns; ignored: string[] }

/** The first column of a file of refused rows. */
export const reasonColumn = 'reason'

/** Column names are compared without case and surrounding blanks. */
const fold = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase()

/** Reads `--map`: `userId=Email,name=First+Last`. Throws if a part names no field, or a field comes twice. */
export function parseMapping(options: string[]): Map<Field, string> {
  const mapping = new Map<Field, string>()
  for (const part of options.flatMap((option) => option.split(/,(?=[^,=]*=)/))) {
    const [name = '', ...columns] = part.split('=')
    const field = fields.find((one) => fold(one) === fold(name))
    if (field === undefined || columns.length === 0)
      throw new Error(`--map: "${part}" is not FIELD=COLUMN. The fields are ${fields.join(', ')}.`)
    if (mapping.has(field)) throw new Error(`--map names ${field} twice.`)
    mapping.set(field, columns.join('=').trim())
  }
  return mapping
}

/** Finds each field's columns. If some are missing or ambiguous, throws with all columns and options to map them. */
export function readHeader(header: string[], settings: Settings): Header {
  const names = header.map(fold)
  const columns: Columns = new Map()
  const problems: string[] = []
  for (const field of fields) {
    const wanted = columnsFor(field, names, settings.mapping)
    for (const name of wanted) {
      const [first, second] = names.flatMap((one, at) => (one === fold(name) ? [at] : []))
      if (first === undefined)
        problems.push(`--map takes ${field} from "${name.trim()}", but there is no such column.`)
      if (second !== undefined)
        problems.push(
          `There are two columns named "${header[second]?.trim()}" (${(first ?? 0) + 1} and ${second + 1}). Rename or delete one.`,
        )
    }
    if (wanted.length > 1 && field !== 'name')
      problems.push(`--map takes ${field} from several columns. Only name can be joined from several.`)
    if (wanted.length > 0)
      columns.set(
        field,
        wanted.map((name) => names.indexOf(fold(name))),
      )
  }
  const missing = required.filter((field) => !columns.has(field) && defaultOf(field, settings) === undefined)
  if (missing.length > 0) problems.push(describeMissing(missing, header))
  else if (problems.length > 0) problems.push(describeFound(header))
  if (problems.length > 0) throw new Error([...new Set(problems)].join('\n'))
  const used = new Set([...columns.values()].flat())
  if (isReason(header)) used.add(0)
  const ignored = header.map((name) => name.trim()).filter((name, at) => !used.has(at) && name !== '')
  return { columns, ignored }
}

/** The number of fields that a header has columns for. The right delimiter gives the most. */
export const countFields = (header: string[], { mapping }: Settings): number => {
  const names = header.map(fold)
  return fields.filter((field) => {
    const wanted = columnsFor(field, names, mapping)
    return wanted.length > 0 && wanted.every((name) => names.includes(fold(name)))
  }).length
}

/** The values of a row, trimmed, without empty ones. */
export function valuesOf(cells: string[], columns: Columns, settings: Settings) {
  const values: Partial<Record<Field, string>> = {}
  for (const field of fields) {
    const parts = (columns.get(field) ?? []).map((at) => cells[at]?.trim() ?? '')
    const value = parts.filter((part) => part !== '').join(' ') || defaultOf(field, settings)
    if (value !== undefined) values[field] = value
  }
  return values
}

/** Whether the first column has the reasons of an earlier import. */
export const isReason = ([first = '']: string[]): boolean => fold(first) === reasonColumn

function columnsFor(field: Field, names: string[], mapping: Settings['mapping']): string[] {
  const mapped = mapping.get(field)
  if (mapped === undefined) return names.includes(fold(field)) ? [field] : []
  if (mapped === '') return []
  return names.includes(fold(mapped)) ? [mapped] : mapped.split('+')
}

function defaultOf(field: Field, { account, profile }: Settings): string | undefined {
  if (field === 'accountId') return account
  if (field === 'profile') return profile
  return undefined
}

const describeFound = (header: string[]): string =>
  `The columns are: ${header.map((name) => name.trim()).join(', ')}.`

/** The columns of these fields in exports of other products. The first that the file has is proposed. */
const usual: Partial<Record<Field, string[]>> = {
  userId: [
    'user id',
    'userid',
    'id',
    'object id',
    'objectid',
    'record id',
    'record id - contact',
    'login',
    'username',
  ],
  email: [
    'primary email',
    'email address',
    'email address [required]',
    'mail',
    'userprincipalname',
    'login',
    'username',
  ],
  name: [
    'full name',
    'fullname',
    'first name+last name',
    'firstname+lastname',
    'first name [required]+last name [required]',
    'display name',
    'displayname',
    'givenname+surname',
  ],
}

/** The missing fields, the columns of the file, and the options that would make it complete. */
function describeMissing(missing: Field[], header: string[]): string {
  const names = header.map(fold)
  const proposed = missing.flatMap((field) => {
    if (field === 'accountId' || field === 'profile') return []
    const candidates = [
      ...(usual[field] ?? []),
      ...(field === 'userId' ? ['email', ...(usual.email ?? [])] : []),
    ]
    const found = candidates
      .map((candidate) => candidate.split('+').map((name) => names.indexOf(name)))
      .find((found) => found.every((at) => at >= 0))
    return [`${field}=${found ? found.map((at) => header[at]?.trim()).join('+') : 'COLUMN'}`]
  })
  const options = [
    ...(proposed.length > 0 ? [`--map "${proposed.join(',')}"`] : []),
    ...(missing.includes('accountId') ? ['--account ID'] : []),
    ...(missing.includes('profile') ? ['--profile manager'] : []),
  ]
  return `There is no column for ${missing.join(', ')}. ${describeFound(header)}
Map columns or give the values, such as: ${options.join(' ')}`
}
