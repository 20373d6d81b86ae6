import { parseArgs } from 'node:util'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SingleBar } from 'cli-progress'
import { type Access, accessTo, exitWith, outputsOf } from './access.ts'

const usage = `npm run reconcile [-- --env NAME] [-- --stack FILE] [-- --account ID] [-- --dry-run]
  Compares contacts with what they should be, mends the difference, and says what it was. Exit code 1 where some remains.
  --env NAME     the environment, in AWS; without it, the stack that runs on this machine
  --stack FILE   where that stack has written its addresses (.local/stack.json)
  --account ID   the account whose contacts are compared; without it, all accounts
  --dry-run      changes nothing`

/** All accounts are compared in so many parts, which is what the progress bar counts. */
const slices = 100

const kinds = {
  missing: 'a user has no contact',
  stale: 'shows an earlier state, or a removed user',
  altered: 'shows what the user never was',
  surplus: 'of no user',
} as const
type Kind = keyof typeof kinds

/** What the function reconcile-contacts answers with. */
type Report = {
  accounts: number
  partnerships: number
  contacts: number
  underWay: number
  drift: Record<Kind, { live: number; former: number }>
  mended: number
  malformed: number
  examples: { kind: Kind; live: boolean; owner: string; accountId: string; userId: string }[]
  next?: object
}
type Task = { accountId: string } | { slice: number; slices: number }

const { access, accountId, dryRun } = readArguments()
const lambda = new LambdaClient(access.client)
const FunctionName = (await outputsOf(access, ['Effects']).catch(exitWith)).get('ReconcileFunction')
if (!FunctionName) throw new Error('No stack has the output ReconcileFunction')

const tasks: Task[] =
  accountId === undefined
    ? Array.from({ length: slices }, (_, slice) => ({ slice, slices }))
    : [{ accountId }]
const bar = new SingleBar({
  format:
    '{bar} {percentage}% | {contacts} contacts, {partnerships} partnerships, {accounts} accounts | {drift} differ',
})
const reports: Report[] = []
bar.start(tasks.length, 0, totals())
for (const task of tasks) {
  for (let after: object | undefined, more = true; more; more = after !== undefined) {
    const report = await invoke({ ...task, after, dryRun })
    reports.push(report)
    after = report.next
    bar.update(totals())
  }
  bar.increment()
}
bar.stop()
tell()

function readArguments(): { access: Access; accountId: string | undefined; dryRun: boolean } {
  try {
    const { values } = parseArgs({
      options: {
        env: { type: 'string' },
        stack: { type: 'string', default: '.local/stack.json' },
        account: { type: 'string' },
        'dry-run': { type: 'boolean', default: false },
      },
    })
    const access = accessTo(values.env, values.stack)
    return { access, accountId: values.account, dryRun: values['dry-run'] }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}

async function invoke(payload: object): Promise<Report> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }),
  )
  const answer = Payload?.transformToString() ?? ''
  if (FunctionError) throw new Error(`${FunctionError}: ${answer}`)
  return JSON.parse(answer)
}

function totals() {
  const sum = (of: (report: Report) => number) => reports.reduce((all, report) => all + of(report), 0)
  const perKind = (Object.keys(kinds) as Kind[]).map((kind) => ({
    kind,
    live: sum(({ drift }) => drift[kind].live),
    former: sum(({ drift }) => drift[kind].former),
  }))
  return {
    perKind,
    drift: perKind.reduce((all, { live, former }) => all + live + former, 0),
    accounts: sum(({ accounts }) => accounts),
    partnerships: sum(({ partnerships }) => partnerships),
    contacts: sum(({ contacts }) => contacts),
    underWay: sum(({ underWay }) => underWay),
    mended: sum(({ mended }) => mended),
    malformed: sum(({ malformed }) => malformed),
  }
}

function tell() {
  const { perKind, drift, contacts, partnerships, accounts, underWay, mended, malformed } = totals()
  console.log(`Compared ${contacts} contacts of ${partnerships} partnerships of ${accounts} accounts.`)
  for (const { kind, live, former } of perKind)
    console.log(`${kind}: ${live} of partners, ${former} of former partners (${kinds[kind]})`)
  for (const { kind, live, owner, accountId, userId } of reports.flatMap(({ examples }) => examples))
    console.log(`  ${kind}: user ${userId} of ${accountId} at ${owner}${live ? '' : ', a former partner'}`)
  if (underWay > 0) console.log(`${underWay} more were on their way.`)
  console.log(dryRun ? `${drift} differ. Nothing was changed.` : `${drift} differed, ${mended} were mended.`)
  if (malformed > 0)
    console.log(`${malformed} malformed items were left out; the log of ${FunctionName} has their keys.`)
  if (drift > mended || malformed > 0) process.exitCode = 1
}
