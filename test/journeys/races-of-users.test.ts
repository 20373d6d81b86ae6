import { beforeEach, describe, expect, it } from 'vitest'
import { all, answered, call, perform, type User } from './api.ts'
import { rounds as roundsOfOthers } from './races.ts'
import {
  acme,
  ada,
  addUser,
  bill,
  bo,
  confirmAddress,
  endPartnership,
  expectSharedContacts,
  globex,
  gun,
  ines,
  initech,
  makePartners,
  newAddress,
  reset,
  userOf,
} from './relationship.ts'

const rounds = Math.max(roundsOfOthers, 10)

describe('races for users and profiles', { timeout: 1_800_000 }, () => {
  beforeEach(reset, 120_000)

  it('users added with the same address, in two accounts: exactly one is made in each, and one confirmed', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const email = newAddress(acme)
      const user = { email, name: 'Racer', profile: 'observer' }
      const adding = [ada, bo, bill, gun, ada, bo, bill, gun]
      const answers = await Promise.all(
        adding.map((administrator) => call<User>(administrator, 'POST', '/v1/users', user)),
      )
      const made = [0, 1].map((side) => answers.filter(({ status }, at) => status === 201 && at % 2 === side))
      expect(made.map(({ length }) => length)).toEqual([1, 1])
      expect(new Set(answers.map(answered))).toEqual(new Set(['201', '409 email-taken']))
      await confirmAddress(email)
      const holders = await Promise.all([ada, bo].map((one) => all<User>(one, '/v1/users')))
      const shown = holders.map((users) => users.filter((one) => one.email === email))
      expect(shown.map(({ length }) => length)).toEqual([1, 1])
      expect(shown.flat().filter(({ emailConfirmed }) => emailConfirmed)).toHaveLength(1)
      for (const [at, administrator] of [ada, bo].entries())
        await perform(administrator, 'DELETE', `/v1/users/${made[at]?.[0]?.body.id}`)
    }
  })

  it('administrators demoting each other: one of them stays', async () => {
    for (let round = 0; round < rounds; round += 1) {
      const other = await addUser(initech, { profile: 'administrator' })
      const first = await userOf(initech, ines)
      const demote = { profile: 'manager' }
      const answers = await Promise.all([
        call(ines, 'PATCH', `/v1/users/${other.id}`, demote),
        call(other.email, 'PATCH', `/v1/users/${first.id}`, demote),
      ])
      expect(answers.map(answered).sort()).toEqual(['200', '403 not-an-administrator'])
      if (answers[1].status === 200) {
        await perform(other.email, 'PATCH', `/v1/users/${first.id}`, { profile: 'administrator' })
      }
      await perform(ines, 'DELETE', `/v1/users/${other.id}`)
    }
  })

  it('afterwards the contacts of two new partners are each other’s users, each once', async () => {
    await makePartners(ada, bo)
    await endPartnership(ada, globex)
    await makePartners(bo, ada)
    await expectSharedContacts(acme, globex)
  })
})
