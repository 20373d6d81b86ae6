import { afterEach, expect, it, vi } from 'vitest'
import { environment, requireEnv, requireNumber } from '../../shared/environment.ts'

afterEach(() => {
  vi.unstubAllEnvs()
})

it('names a variable that is missing or is not a number', () => {
  vi.stubEnv(environment.invitationDays, '')
  expect(() => requireEnv(environment.invitationDays)).toThrow('INVITATION_DAYS is not set')
  vi.stubEnv(environment.invitationDays, 'thirty')
  expect(() => requireNumber(environment.invitationDays)).toThrow('INVITATION_DAYS is not a number')
  vi.stubEnv(environment.invitationDays, '30')
  expect(requireNumber(environment.invitationDays)).toBe(30)
})
