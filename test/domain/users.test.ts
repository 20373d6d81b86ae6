import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  foldName,
  isAdministrator,
  maxAdministrators,
  normalizeEmail,
  profiles,
} from '../../shared/domain/users.ts'

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

describe('an address is kept trimmed, NFC and lower-cased', () => {
  it.each([
    ['bo@globex.example', 'bo@globex.example'],
    ['  bo@globex.example\t\r\n', 'bo@globex.example'],
    ['BO@Globex.EXAMPLE', 'bo@globex.example'],
    ['a\u030ake@globex.example', 'åke@globex.example'],
    ['A\u030aKE@globex.example', 'åke@globex.example'],
    // Lower-casing İ leaves i and a combining dot, which does not compose; H with a macron below does, once lower.
    ['H\u0331@globex.example', '\u1e96@globex.example'],
    ['first.last+tag@mail.globex.example', 'first.last+tag@mail.globex.example'],
    ["o'neil@globex.example", "o'neil@globex.example"],
    ['bo@bücher.example', 'bo@bücher.example'],
    [`${'a'.repeat(64)}@globex.example`, `${'a'.repeat(64)}@globex.example`],
    // 254 characters, the longest there is.
    [`a@${'b.'.repeat(122)}example1`, `a@${'b.'.repeat(122)}example1`],
  ])('%j is %j', (text, expected) => {
    expect(normalizeEmail(text)).toBe(expected)
  })

  it.each([
    '',
    ' ',
    'bo',
    'bo@',
    '@globex.example',
    'bo@globex',
    'bo@.example',
    'bo@globex.',
    'bo@globex..example',
    'bo@@globex.example',
    'bo@globex@example.com',
    'b o@globex.example',
    'bo@glo bex.example',
    'bo@globex.exa mple',
    'bo\r\nbcc:all@globex.example',
    'bo@globex.example\nbcc:all@globex.example',
    'bo\u0000@globex.example',
    'bo@globex.example\u200b',
    'bo\u202e@globex.example',
    'bo\ud800@globex.example',
    'Bo <bo@globex.example>',
    'bo@globex.example,ada@acme.example',
    'bo@globex.example;ada@acme.example',
    '"bo"@globex.example',
    'bo(comment)@globex.example',
    'bo@[127.0.0.1]',
    'mailto:bo@globex.example',
    'bo\\@globex.example',
    `${'a'.repeat(65)}@globex.example`,
    // 255 characters.
    `a@${'b.'.repeat(122)}example12`,
  ])('%j is no address', (text) => {
    expect(normalizeEmail(text)).toBeUndefined()
  })

  const addressLike = fc
    .tuple(fc.string({ unit: 'grapheme', maxLength: 20 }), fc.string({ unit: 'grapheme', maxLength: 20 }))
    .map(([local, domain]) => ` ${local}@${domain}.example`)

  it('what is normal stays as it is', () => {
    fc.assert(
      fc.property(addressLike, (text) => {
        const once = normalizeEmail(text)
        fc.pre(once !== undefined)
        expect(normalizeEmail(once)).toBe(once)
      }),
      { seed: 7 },
    )
  })

  it('however it is spelt, it is the same address', () => {
    fc.assert(
      fc.property(addressLike, (text) => {
        expect(normalizeEmail(`\t${text.normalize('NFD')} `)).toBe(normalizeEmail(text))
      }),
      { seed: 7 },
    )
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
