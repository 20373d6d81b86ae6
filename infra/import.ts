import { readFileSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation'
import { SingleBar } from 'cli-progress'
import { environments } from './environments.ts'
import { Directory, type Said } from './import/directory.ts'
import { Journal, type Outcome } from './import/journal.ts'
import { fingerprint, type Row, readRows } from './import/rows.ts'

const usage = `npm run import -- [--env NAME] [--stack FILE] users.csv
  Puts the users of a CSV file into the directory. Interrupted, the same command goes on where it was.
  users.csv      columns accountId, userId, email, name, profile; and, where wanted, locale, version (1),
                 accountName (the account is made first)
  --env NAME     the environment, in AWS; without it, the stack that runs on this machine
  --stack FILE   where that stack has written its addresses (.local/stack.json)`

/** Rows under way at once. */
const concurrency = 16

/** Accounts that are remembered as put; putting one again does no harm. */
const accountsRemembered = 10_000

const { file, environment, stackFile } = readOptions()
const { directory, journal } = await prepare().catch((error: Error): never => {
  console.error(error.message)
  return process.exit(1)
})
const { progress } = journal
const accounts = new Map<string, Promise<Said>>()
let interrupted = false
process.once('SIGINT', () => {
  interrupted = true
})

if (progress.rows > 0) console.log(`${progress.rows} rows are done from before.`)
const bar = new SingleBar({
  format: '{bar} {percentage} % | {rows} rows, {refused} refused | {eta_formatted} left',
  etaBuffer: 1000,
  noTTYOutput: true,
  notTTYSchedule: 10_000,
})
bar.start(statSync(file).size, 0, { rows: 0, refused: 0 })
const trouble = await putAll().catch((error: Error) => error)
bar.stop()
report()

function readOptions() {
  try {
    const { values, positionals } = parseArgs({
      options: { env: { type: 'string' }, stack: { type: 'string', default: '.local/stack.json' } },
      allowPositionals: true,
    })
    const [file, ...more] = positionals
    if (file === undefined || more.length > 0) throw new Error('Which file is to be imported?')
    if (values.env !== undefined && !Object.hasOwn(environments, values.env))
      throw new Error(
        `No such environment: ${values.env}. There are ${Object.keys(environments).join(', ')}.`,
      )
    statSync(file)
    return { file, environment: values.env as keyof typeof environments | undefined, stackFile: values.stack }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}

async function prepare(): Promise<{ directory: Directory; journal: Journal }> {
  const { url, client } = await findDirectory()
  const journal = new Journal(file, { sha256: await fingerprint(file), url })
  return { directory: new Directory(url, client.config), journal }
}

/** Where the directory is, and a client whose configuration has the key to it. */
async function findDirectory(): Promise<{ url: string; client: CloudFormationClient }> {
  if (environment === undefined) {
    const { url, region, ...credentials } = JSON.parse(readFileSync(stackFile, 'utf8')).directory
    return { url, client: new CloudFormationClient({ region, credentials }) }
  }
  const client = new CloudFormationClient({ region: environments[environment].region })
  const StackName = `PartnerAccounts-${environment}-Directory`
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }))
  const outputs = Stacks.flatMap(({ Outputs = [] }) => Outputs)
  const url = outputs.find(({ OutputKey }) => OutputKey === 'DirectoryUrl')?.OutputValue
  if (!url) throw new Error(`${StackName} has no output DirectoryUrl`)
  return { url, client }
}

async function putAll(): Promise<undefined> {
  const done = progress.rows
  const rows = readRows(file)
  let taken = 0
  const worker = async () => {
    for (;;) {
      const { value: row } = await rows.next()
      if (!row || interrupted) return
      const number = ++taken
      if (number <= done) continue
      journal.settle(number, row, await put(row))
      const refused = Object.values(progress.refused).reduce((sum, count) => sum + count, 0)
      bar.update(row.bytes, { rows: progress.rows, refused })
    }
  }
  // One that fails ends the others after the row that each has under way, so that these are recorded.
  const ended = await Promise.allSettled(
    Array.from({ length: concurrency }, () =>
      worker().catch((error) => {
        interrupted = true
        throw error
      }),
    ),
  )
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

async function put({ fields, uneven }: Row): Promise<Outcome> {
  const { accountId, userId, accountName, version = '1', reason: _, ...user } = fields
  if (uneven) return { code: 'uneven-row', reason: 'The row has not as many fields as the header.' }
  if (!accountId || !userId) return { code: 'no-id', reason: 'accountId or userId is empty.' }
  if (accountName !== undefined) {
    const account = await putAccount(accountId, accountName)
    if ('code' in account) return { code: account.code, reason: `The account: ${account.reason}` }
  }
  // What is no number is sent as it is: what a version may be is for the directory to say.
  const asNumber = /^\d+$/.test(version) ? Number(version) : version
  const said = await directory.putUser(accountId, userId, { ...user, version: asNumber })
  if ('code' in said) return said
  return said.version === asNumber ? 'put' : 'newer'
}

function putAccount(accountId: string, name: string): Promise<Said> {
  const known = accounts.get(accountId) ?? directory.putAccount(accountId, { name, version: 1 })
  if (accounts.size >= accountsRemembered) accounts.clear()
  accounts.set(accountId, known)
  return known
}

function report(): void {
  const { rows, put, newer, refused } = progress
  const count = Object.values(refused).reduce((sum, one) => sum + one, 0)
  console.log(`${rows} rows: ${put} put, ${newer} there in a higher version or removed, ${count} refused`)
  for (const [code, number] of Object.entries(refused)) console.log(`  ${number} ${code}`)
  const unfinished = trouble !== undefined || interrupted
  if (unfinished) journal.save()
  else journal.close()
  if (count > 0) console.log(`The refused rows, each with the reason, are in ${journal.refusedFile}.`)
  if (trouble) console.error(trouble.message)
  if (unfinished) console.log('Not all of it is done. The same command goes on from here.')
  if (unfinished || count > 0) process.exitCode = 1
}
