import { parseArgs } from 'node:util'
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import { SingleBar } from 'cli-progress'
import { deploymentOptions, exitWith, readOptions } from './command.ts'
import { deploymentOf, outputsOf, requireOutput } from './deployment.ts'

const usage = `npm run reconcile [-- --env NAME] [-- --stack FILE] [-- --account ID] [-- --dry-run]
  Compares contacts with the users that they show, prints what differs, and repairs it. Exits with 1 if a difference remains.
  --env NAME     the environment in AWS; without it, the stack on this machine
  --stack FILE   the file with the addresses of that stack (.local/stack.json)
  --account ID   compares the contacts of this account only
  --dry-run      repairs nothing`

/** All accounts are compared in so many parts. The progress bar counts them. */
const slices = 100

const kinds = {
  missing: 'a user has no contact',
  stale: 'the contact shows an earlier state of the user, or a removed user',
  altered: 'the contact shows a state that the user never had',
  surplus: 'there is no such user',
} as const
type Kind = keyof typeof kinds

/** The answer of the function reconcile-contacts. */
type Report = {
  accounts: number
  partnerships: number
  contacts: number
  underWay: number
  drift: Record<Kind, { live: number; former: number }>
  repaired: number
  malformed: number
  examples: { kind: Kind; live: boolean; owner: string; accountId: string; userId: string }[]
  next?: object
}
type Task = { accountId: string } | { slice: number; slices: number }

const { deployment, accountId, dryRun } = readOptions(usage, () => {
  const { values } = parseArgs({
    options: {
      ...deploymentOptions,
      account: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
    },
  })
  const deployment = deploymentOf(values.env, values.stack)
  return { deployment, accountId: values.account, dryRun: values['dry-run'] }
})
const lambda = new LambdaClient(deployment.client)
const FunctionName = requireOutput(
  await outputsOf(deployment, ['Effects']).catch(exitWith),
  'ReconcileFunction',
)

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
report()

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
    repaired: sum(({ repaired }) => repaired),
    malformed: sum(({ malformed }) => malformed),
  }
}

function report() {
  const { perKind, drift, contacts, partnerships, accounts, underWay, repaired, malformed } = totals()
  console.log(`Compared ${contacts} contacts of ${partnerships} partnerships of ${accounts} accounts.`)
  for (const { kind, live, former } of perKind)
    console.log(`${kind}: ${live} of partners, ${former} of former partners (${kinds[kind]})`)
  for (const { kind, live, owner, accountId, userId } of reports.flatMap(({ examples }) => examples))
    console.log(`  ${kind}: user ${userId} of ${accountId} at ${owner}${live ? '' : ', a former partner'}`)
  if (underWay > 0) console.log(`${underWay} more were still being copied.`)
  console.log(
    dryRun ? `${drift} differ. Nothing was changed.` : `${drift} differed, ${repaired} were repaired.`,
  )
  if (malformed > 0)
    console.log(`${malformed} malformed items were left out. The log of ${FunctionName} has their keys.`)
  if (drift > repaired || malformed > 0) process.exitCode = 1
}
