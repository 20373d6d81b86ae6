import { statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { SingleBar } from 'cli-progress'
import { environments } from '../infra/environments.ts'
import { describeTrouble, environmentNamed, readStackFile } from './access.ts'
import { type Checked, checkRows } from './import/check.ts'
import { parseMapping, type Settings } from './import/columns.ts'
import { Directory } from './import/directory.ts'
import { Journal } from './import/journal.ts'
import { putRows } from './import/put-rows.ts'
import { fingerprint, openTable, type Table } from './import/rows.ts'
import { encodingName } from './import/text.ts'

const usage = `Puts the users of a CSV file into the directory.

  npm run import -- [options] FILE.csv

The file has a header. These columns are read, in any order, case and with any blanks around; others are ignored:
  accountId      the id of the user's account in your product
  userId         the id of the user in your product, as in the claim user_id (or sub) of its access token
  email          its address
  name           its name
  profile        administrator, billing-administrator, supervisor, manager or observer
  locale         the language of its e-mails, such as en or sv-SE (en)
  version        a whole number that rises with each change (the time at which the import begins, in milliseconds)
  accountName    the name of the account, which is put first

Options:
  --map "FIELD=COLUMN,..."   takes fields from other columns; the name also from several:
                             --map "userId=Email,name=First Name+Last Name". FIELD= takes it from none.
  --account ID               the account of every row that names none
  --profile PROFILE          the profile of every row that names none
  --env NAME                 the environment in AWS: ${Object.keys(environments).join(', ')}; without it, the stack on this machine
  --stack FILE               where that stack has written its addresses (.local/stack.json)
  --help                     this

The file is UTF-8, or UTF-16 with a byte order mark. Its delimiter is a comma, a semicolon or a tab.
All of it is checked before anything is put. Rows that the directory refuses are in FILE.refused.csv with the reason:
correct them there and import that file with the same options. Interrupted, the same command goes on where it was.
Ends with 0 if no row was refused, with 1 if some were or not all was done, and with 2 if an option is wrong.

Examples:
  npm run import -- users.csv
  npm run import -- --env prod --account acme --profile manager --map "userId=User ID,name=First Name+Last Name" users.csv`

const { file, environment, stackFile, settings } = readOptions()
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stopping.abort())
await run().catch((error: Error) => {
  console.error(describeTrouble(error))
  process.exitCode = 1
})

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: {
        map: { type: 'string', multiple: true, default: [] },
        account: { type: 'string' },
        profile: { type: 'string' },
        env: { type: 'string' },
        stack: { type: 'string', default: '.local/stack.json' },
        help: { type: 'boolean', default: false },
      },
      allowPositionals: true,
    })
    if (values.help) {
      console.log(usage)
      return process.exit(0)
    }
    const [file, ...more] = positionals
    if (file === undefined) throw new Error('Name the CSV file to import.')
    if (more.length > 0) throw new Error(`Import one file at a time, not also ${more.join(' ')}.`)
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) throw new Error(`There is no file ${file}.`)
    const { map, account, profile } = values
    const settings: Settings = { mapping: parseMapping(map), account, profile }
    return {
      file,
      environment: values.env === undefined ? undefined : environmentNamed(values.env),
      stackFile: values.stack,
      settings,
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}

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

/** Where the directory is, and a client whose configuration has the key to it. */
async function findDirectory(): Promise<{ url: string; client: CloudFormationClient }> {
  if (environment === undefined) {
    const { url, region, ...credentials } = readStackFile(stackFile).directory
    return { url, client: new CloudFormationClient({ region, credentials }) }
  }
  const client = new CloudFormationClient({ region: environment.region })
  const StackName = `PartnerAccounts-${environment.name}-Directory`
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }))
  const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs)
  const url = outputs.find(({ OutputKey }) => OutputKey === 'DirectoryUrl')?.OutputValue
  if (!url) throw new Error(`${StackName} has no output DirectoryUrl. Deploy it anew.`)
  return { url, client }
}

/** Says how the file is understood. */
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
      `${repeatedAddresses.rows} rows have the address of an earlier row, first line ${example[1]} that of line ${example[0]}: the last has it confirmed.`,
    )
  if (progress.rows > 0) console.log(`${progress.rows} rows are done from before.`)
}

/** @param ended whether it came to the end of the file, or what ended it */
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
  if (ended instanceof Error) console.error(describeTrouble(ended))
  if (ended !== true) console.log('Not all rows are done. The same command goes on from here.')
  if (ended !== true || journal.refused > 0) process.exitCode = 1
}
