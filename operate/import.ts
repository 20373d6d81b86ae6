import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { SingleBar } from 'cli-progress'
import { environments } from '../infra/environments.ts'
import { deploymentOptions, describeError, readOptions } from './command.ts'
import { deploymentOf, environmentNamed, outputsOf, readStackFile, requireOutput } from './deployment.ts'
import { type Checked, checkRows } from './import/check.ts'
import { parseMapping, type Settings } from './import/columns.ts'
import { Directory } from './import/directory.ts'
import { Journal } from './import/journal.ts'
import { putRows } from './import/put-rows.ts'
import { fingerprint, openTable, type Table } from './import/rows.ts'
import { encodingName } from './import/text.ts'

const usage = `Puts the users of a CSV file into the directory.

  npm run import -- [options] FILE.csv

The file has a header with these columns, in any order. Letter case and blanks around names do not matter. Other
columns are ignored.
  accountId      the id of the user's account in your product
  userId         the id of the user in your product, as in the claim user_id (or sub) of the access token
  email          the user's e-mail address
  name           the user's name
  profile        administrator, billing-administrator, supervisor, manager or observer
  locale         the language of e-mails to the user, such as en or sv-SE (en)
  version        a whole number that rises with each change (the start of the import, in milliseconds since 1970)
  accountName    the name of the account, which is then put before the user

Options:
  --map "FIELD=COLUMN,..."   reads fields from other columns, such as "userId=Email,name=First Name+Last Name".
                             Only name can be joined from several columns. FIELD= ignores the field's column.
  --account ID               the account of rows without an accountId
  --profile PROFILE          the profile of rows without a profile
  --env NAME                 the environment in AWS: ${Object.keys(environments).join(', ')}; without it, the stack on this machine
  --stack FILE               the file with the addresses of that stack (.local/stack.json)
  --help                     prints this text

The file is UTF-8, or UTF-16 with a byte order mark. Its delimiter is a comma, a semicolon or a tab.
The whole file is checked before anything is put. Rows that the directory refuses are written to FILE.refused.csv with
the reason: correct them and import that file with the same options. After an interruption, the same command continues.
The exit code is 0 if no row was refused, 1 if a row was refused or not all rows were put, and 2 if an option is wrong.

Examples:
  npm run import -- users.csv
  npm run import -- --env prod --account acme --profile manager --map "userId=User ID,name=First Name+Last Name" users.csv`

const { file, environment, stackFile, settings } = readOptions(usage, () => {
  const { values, positionals } = parseArgs({
    options: {
      ...deploymentOptions,
      map: { type: 'string', multiple: true, default: [] },
      account: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
    allowPositionals: true,
  })
  const { map, account, profile, env, stack: stackFile } = values
  if (values.help) {
    console.log(usage)
    return process.exit(0)
  }
  const [file, ...more] = positionals
  if (file === undefined) throw new Error('Name the CSV file to import.')
  if (more.length > 0) throw new Error(`Import one file at a time, not also ${more.join(' ')}.`)
  if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`There is no file ${file}.`)
  const environment = env === undefined ? undefined : environmentNamed(env).name
  const settings: Settings = { mapping: parseMapping(map), account, profile }
  return { file, environment, stackFile, settings }
})
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort())
await run().catch((error: Error) => {
  console.error(describeError(error))
  process.exitCode = 1
})

async function run(): Promise<void> {
  const table = await openTable(file, settings).catch(refuseFile)
  const { url, client } = await findDirectory()
  const options = { ...settings, mapping: [...settings.mapping] }
  const journal = new Journal(table, { sha256: await fingerprint(file), url, options })
  const checked = await checkRows(table, { ...settings, startedAt: journal.progress.startedAt }).catch(
    refuseFile,
  )
  announce(table, checked, journal)
  journal.begin()
  const bar = new SingleBar({
    format: '{bar} {percentage} % | {value} rows, {refused} refused | {eta_formatted} left',
    etaBuffer: 1000,
    noTTYOutput: true,
    notTTYSchedule: 10_000,
  })
  bar.start(checked.rows, journal.progress.rows, { refused: journal.refused })
  const directory = new Directory(url, client.config)
  const onRow = () => bar.update(journal.progress.rows, { refused: journal.refused })
  const ended = await putRows({
    table,
    settings,
    checked,
    directory,
    journal,
    signal: stopping.signal,
    onRow,
  }).catch((error: Error) => error)
  bar.stop()
  report(journal, ended)
}

function refuseFile(error: Error): never {
  throw new Error(`${file} can't be imported.\n${error.message}`, { cause: error })
}

/** The URL of the directory, and a client whose configuration has the key for it. */
async function findDirectory(): Promise<{ url: string; client: CloudFormationClient }> {
  if (environment === undefined) {
    const { url, region, ...credentials } = readStackFile(stackFile).directory
    return { url, client: new CloudFormationClient({ region, credentials }) }
  }
  const deployment = deploymentOf(environment, stackFile)
  const url = requireOutput(await outputsOf(deployment, ['Directory']), 'DirectoryUrl')
  return { url, client: new CloudFormationClient(deployment.client) }
}

/** Prints how the file is read. */
function announce(
  { encoding, delimiter, ignored }: Table,
  { rows, repeatedAddresses }: Checked,
  { progress }: Journal,
): void {
  const between = { ',': 'commas', ';': 'semicolons', '\t': 'tabs' }[delimiter] ?? delimiter
  console.log(`${file}: ${rows} rows, ${encodingName(encoding)}, delimited by ${between}`)
  if (ignored.length > 0) console.log(`Ignored columns: ${ignored.join(', ')}`)
  const { example } = repeatedAddresses
  if (example)
    console.log(
      `${repeatedAddresses.rows} rows have the address of an earlier row, for example line ${example[1]} that of line ${example[0]}. The user of the last such row gets the address confirmed.`,
    )
  if (progress.rows > 0) console.log(`${progress.rows} rows are done from before.`)
}

/** Prints the result. `ended` is true at the end of the file, false after an interruption, or the error that ended the import. */
function report(journal: Journal, ended: boolean | Error): void {
  const { rows, put, unchanged, refused } = journal.progress
  if (ended === true) journal.close()
  else journal.save()
  console.log(`${rows} rows: ${put} put, ${unchanged} unchanged, ${journal.refused} refused`)
  for (const [code, number] of Object.entries(refused)) console.log(`  ${number} ${code}`)
  if (unchanged > 0)
    console.log('Unchanged: the directory has this version or a newer one, or the user was removed.')
  if (journal.refused > 0)
    console.log(`The refused rows, each with the reason, are in ${journal.refusedFile}.`)
  if (ended instanceof Error) console.error(describeError(ended))
  if (ended !== true) console.log('Not all rows are done. The same command goes on from here.')
  if (ended !== true || journal.refused > 0) process.exitCode = 1
}
