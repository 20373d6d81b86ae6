import { startTable } from '../test/kit/table.ts'

// node bench/budgets.ts prints what each action costs in DynamoDB, by what comes of it. Exit code 1 where a budget is
// exceeded. Needs cdk.out/dev.

const stop = await startTable()
try {
  const { cases, listCases, senderOf } = await import('../test/cases/cases.ts')
  const { listConstant, spend } = await import('../test/cases/spending.ts')
  const { call } = await import('../test/kit/call.ts')
  const { measure } = await import('../test/kit/measure.ts')

  const spendings = []
  for (const one of [...cases, ...(await listCases())]) spendings.push(await spend(one))
  spendings.sort((a, b) => (a.action < b.action ? -1 : a.action > b.action ? 1 : 0))
  console.table(
    spendings.map(({ action, name, answered, cost, returned, maxItemsRead, allowed, over }) => ({
      action,
      case: name,
      answer: answered,
      'round trips': cost.roundTrips,
      'at most': allowed,
      calls: cost.calls,
      RCU: cost.readUnits,
      WCU: cost.writeUnits,
      read: cost.itemsRead,
      returned: maxItemsRead === undefined ? '' : returned,
      'read at most': maxItemsRead ?? '',
      '': over ? 'OVER' : '',
    })),
  )
  console.log('A write whose condition fails reports no units here; in AWS it costs those of the write.')
  console.log(`A list reads at most twice as many items as it returns, and ${listConstant}.`)
  console.log(
    'Contacts of as many partners as a page has rows take three: the partner’s name and partnership are read for each.',
  )

  const many = 10_000
  for (const invitations of [100, many]) {
    const request = await senderOf(invitations)
    const { cost } = await measure(() => call('list-invitations', request))
    console.log(
      `A page of 25 of ${invitations} invitations: ${cost.itemsRead} items read, ${cost.readUnits} RCU, ${cost.roundTrips} round trips`,
    )
  }

  const wrong = spendings.filter(({ answer, answered }) => answer !== answered)
  for (const { action, name, answer, answered } of wrong)
    console.log(`${action}, ${name}: expected ${answer}, got ${answered}`)
  if (wrong.length > 0 || spendings.some(({ over }) => over)) process.exitCode = 1
} finally {
  await stop()
}
