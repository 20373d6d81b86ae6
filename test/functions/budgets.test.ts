import { describe, expect, it } from 'vitest'
import { grants, usesTable } from '../../infra/grants.ts'
import { routes } from '../../shared/contract/actions.ts'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'
import { cases, listCases } from '../cases/cases.ts'
import { listConstant, maxRoundTrips, spend } from '../cases/spending.ts'
import { measure } from '../kit/measure.ts'

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
