import { describe, expect, it } from 'vitest'
import { environment } from '../../shared/environment.ts'

process.env[environment.dailyInvitations] = '1000'
process.env[environment.dailyInvitationsPerAddress] = '1000'
const { cases, listCases } = await import('../cases/cases.ts')
const { listConstant, maxRoundTrips, spend } = await import('../cases/spending.ts')
const { routes } = await import('../../shared/contract/actions.ts')
const { measure } = await import('../kit/measure.ts')
const { readOne } = await import('../../shared/table/read.ts')
const { keys } = await import('../../shared/table/keys.ts')
const { grants, usesTable } = await import('../../infra/grants.ts')

const pages = await listCases()

const actions = (Object.keys(routes) as (keyof typeof routes)[]).filter((name) => usesTable(grants[name]))

it('measures every action that uses the table', () => {
  const measured = new Set([...cases, ...pages].map(({ action }) => action))
  expect([...measured].sort()).toEqual([...actions].sort())
})

it('counts calls side by side as one round trip, and one after the other as two', async () => {
  const one = () => readOne(keys.account('nobody'))
  const { cost } = await measure(async () => {
    await Promise.all([one(), one()])
    await one()
  })
  expect(cost).toMatchObject({ calls: 3, roundTrips: 2 })
})

describe.each(actions)('%s', (action) => {
  it.each(cases.filter((one) => one.action === action))(
    `$name: $answer, with at most ${maxRoundTrips} sequential round trips to DynamoDB, one more where a race is lost`,
    async (one) => {
      const { answered, cost, allowed } = await spend(one)
      expect(answered).toBe(one.answer)
      expect(cost.roundTrips).toBeLessThanOrEqual(allowed)
    },
  )
})

describe('any list', () => {
  it.each(pages)(
    `$action, $name: at most $readsPerItem items read for each returned, and ${listConstant}`,
    async (one) => {
      const { answered, cost, returned, maxItemsRead = 0 } = await spend(one)
      expect(answered).toBe('200')
      expect(returned).toBe(25)
      expect(cost.roundTrips).toBeLessThanOrEqual(maxRoundTrips)
      expect(cost.itemsRead).toBeLessThanOrEqual(maxItemsRead)
    },
  )
})
