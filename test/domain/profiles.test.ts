import { describe, expect, it } from 'vitest'
import { isAdministrator, maxAdministrators, profiles } from '../../shared/domain/profiles.ts'
import { foldName } from '../../shared/domain/texts.ts'

describe('the administrators are administrator and billing-administrator, nobody else (§1)', () => {
  it.each([
    ['billing-administrator', true],
    ['administrator', true],
    ['supervisor', false],
    ['manager', false],
    ['observer', false],
  ] as const)('%s: %s', (profile, expected) => {
    expect(isAdministrator(profile)).toBe(expected)
  })

  it('there are five profiles', () => {
    expect(profiles).toEqual(['billing-administrator', 'administrator', 'supervisor', 'manager', 'observer'])
  })

  it('an account has at most 100 of them', () => {
    expect(maxAdministrators).toBe(100)
  })
})

describe('a name is sorted and searched folded: NFKD, no marks, lower case', () => {
  it.each([
    ['Ada Lind', 'ada lind'],
    ['Åke Öberg', 'ake oberg'],
    ['A\u030ake', 'ake'],
    ['ZOË', 'zoe'],
    ['ﬁnn', 'finn'],
    ['Ｂｏ', 'bo'],
    ['Nguyễn Thị', 'nguyen thi'],
    ['  Bo\u00a0', 'bo'],
    ['李', '李'],
    ['', ''],
  ])('%j as %j', (name, expected) => {
    expect(foldName(name)).toBe(expected)
  })
})
