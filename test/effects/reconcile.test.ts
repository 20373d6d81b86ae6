import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDev } from './stack.ts'

const [ada, bo] = ['ada@acme.example', 'bo@globex.example']
/** The contact of a user of globex at acme. */
const contact = (userId: string) => ({ pk: { S: 'ACCOUNT#acme' }, sk: { S: `CONTACT#globex#${userId}` } })

let stack: Awaited<ReturnType<typeof startDev>>
beforeAll(async () => {
  stack = await startDev()
  const id = await stack.send(ada, bo)
  await stack.call(bo, 'POST', `/invitations/${id}/accept`)
  await stack.idle()
})
afterAll(() => stack?.stop())

const names = async () => (await stack.members(ada)).map(({ name }) => name).sort()

/** Breaks two contacts of acme: one is lost, one has a name that nobody ever had. */
async function breakTwo() {
  await stack.write('DeleteItem', { Key: contact('gun') })
  await stack.write('UpdateItem', {
    Key: contact('olle'),
    UpdateExpression: 'SET #name = :name',
    ExpressionAttributeNames: { '#name': 'name' },
    ExpressionAttributeValues: { ':name': { S: 'Nobody' } },
  })
}

test('the command finds no difference if there is none', async () => {
  const { code, output } = await stack.reconcile()
  expect(output).toContain('Compared 6 contacts of 2 partnerships of 3 accounts.')
  expect(output).toContain('0 differed, 0 were repaired.')
  expect(code).toBe(0)
})

test('the command lists differences, and repairs them unless it is a dry run', async () => {
  const before = await names()
  await breakTwo()
  const broken = await names()
  const dry = await stack.reconcile('--account', 'acme', '--dry-run')
  expect(dry.output).toContain('missing: 1 of partners, 0 of former partners')
  expect(dry.output).toContain('missing: user gun of globex at acme')
  expect(dry.output).toContain('altered: 1 of partners, 0 of former partners')
  expect(dry.output).toContain('2 differ. Nothing was changed.')
  expect(dry.code).toBe(1)
  expect(await names()).toEqual(broken)
  const elsewhere = await stack.reconcile('--account', 'globex')
  expect(elsewhere.output).toContain('0 differed')
  const repaired = await stack.reconcile('--account', 'acme')
  expect(repaired.output).toContain('2 differed, 2 were repaired.')
  expect(repaired.code).toBe(0)
  expect(await names()).toEqual(before)
})

test('the scheduled function can be invoked by hand: it compares one slice a day, and records the drift', async () => {
  const before = await names()
  await breakTwo()
  const report = await stack.invoke('reconcile-contacts', { source: 'aws.events' })
  expect(report).not.toHaveProperty('next')
  expect(await stack.invoke('reconcile-contacts', { source: 'aws.events' })).toBeNull()
  expect(stack.lines.filter((line) => line.includes('"ContactDrift":'))).toHaveLength(1)
  await stack.reconcile()
  expect(await names()).toEqual(before)
})

test('the lag of each copy is in the log', () => {
  expect(stack.lines.some((line) => /"SyncLag":\d+/.test(line))).toBe(true)
})

test('the command prints its usage', async () => {
  const { code, output } = await stack.reconcile('--account')
  expect(output).toContain('npm run reconcile')
  expect(code).toBe(2)
})
