import { domainToASCII } from 'node:url'
import fc from 'fast-check'
import { toASCII } from 'tr46'
import { describe, expect, it } from 'vitest'
import { normalizeEmail, shownEmail } from '../../shared/domain/addresses.ts'

const seed = 7

describe('an address is kept trimmed, lower-cased, its domain in ASCII', () => {
  it.each([
    ['bo@globex.example', 'bo@globex.example'],
    ['  bo@globex.example\t\r\n', 'bo@globex.example'],
    ['BO@Globex.EXAMPLE', 'bo@globex.example'],
    ['first.last+tag@mail.globex.example', 'first.last+tag@mail.globex.example'],
    ["o'neil@globex.example", "o'neil@globex.example"],
    ["!#$%&'*+/=?^_`{|}~-@globex.example", "!#$%&'*+/=?^_`{|}~-@globex.example"],
    // The Kelvin sign is K in NFC.
    ['\u212aim@globex.example', 'kim@globex.example'],
    ['bo@bücher.example', 'bo@xn--bcher-kva.example'],
    ['bo@BU\u0308CHER.example', 'bo@xn--bcher-kva.example'],
    ['bo@xn--bcher-kva.example', 'bo@xn--bcher-kva.example'],
    ['bo@XN--BCHER-KVA.example', 'bo@xn--bcher-kva.example'],
    ['bo@ｇlobex.example', 'bo@globex.example'],
    ['bo@globex。example', 'bo@globex.example'],
    ['bo@glo\u00adbex.example\u200b', 'bo@globex.example'],
    // Non-transitional: ß, final sigma and joiners are letters of their own, and case mapping is the domain's.
    ['bo@faß.example', 'bo@xn--fa-hia.example'],
    ['bo@FAẞ.example', 'bo@xn--fa-hia.example'],
    ['bo@ΣΑΣ.example', 'bo@xn--mxa9ab.example'],
    ['bo@نامه\u200cای.example', 'bo@xn--mgba3gch31f060k.example'],
    ['bo@例え.テスト', 'bo@xn--r8jz45g.xn--zckzah'],
    ['bo@r3---sn.example', 'bo@r3---sn.example'],
    ['bo@1.2.3.4.example', 'bo@1.2.3.4.example'],
    [`${'a'.repeat(64)}@globex.example`, `${'a'.repeat(64)}@globex.example`],
    [`bo@${'a'.repeat(63)}.example`, `bo@${'a'.repeat(63)}.example`],
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
    'globex.example',
    'bo@globex',
    'bo@.example',
    'bo@globex.',
    'bo@globex.example.',
    'bo@globex..example',
    'bo@@globex.example',
    'bo@globex@example.com',
    'b o@globex.example',
    'bo@glo bex.example',
    'bo@globex.exa mple',
    'bo@glo\tbex.example',
    'bo\r\nbcc:all@globex.example',
    'bo@globex.example\nbcc:all@globex.example',
    'bo\u0000@globex.example',
    'bo@globex\u0000.example',
    'bo\u202e@globex.example',
    'bo@\u202eglobex.example',
    'bo\u200b@globex.example',
    'bo\ud800@globex.example',
    'bo@\ud800.example',
    'Bo <bo@globex.example>',
    'bo@globex.example,ada@acme.example',
    'bo@globex.example;ada@acme.example',
    '"bo"@globex.example',
    'bo(comment)@globex.example',
    '.bo@globex.example',
    'bo.@globex.example',
    'b..o@globex.example',
    'mailto:bo@globex.example',
    'bo\\@globex.example',
    // Longer than an address may be, as it is typed.
    `bo@glo${'\u00ad'.repeat(250)}bex.example`,
    // Longer than an address may be, in ASCII.
    `a@${'bücher.'.repeat(24)}example`,
    // SES can't deliver to these.
    'ö@globex.example',
    'ｂｏ@globex.example',
    'ſam@globex.example',
    'İ@globex.example',
    // To a URL parser these are ports, paths, queries, fragments, escapes and addresses of machines.
    'bo@globex.example:25',
    'bo@globex.example/x',
    'bo@globex.example\\x',
    'bo@globex.example?x',
    'bo@globex.example#x',
    'bo@glo%62ex.example',
    'bo@globex％2e.example',
    'bo@[127.0.0.1]',
    'bo@[::1]',
    'bo@127.0.0.1',
    'bo@127.1',
    'bo@１２７.０.０.１',
    'bo@globex.0x7f',
    'bo@globex.123',
    'bo@\u2100.example',
    'bo@\uff20.example',
    'bo@_dmarc.example',
    'bo@-globex.example',
    'bo@globex-.example',
    'bo@xn--.example',
    'bo@globex.xn--a',
    'bo@xn--a-.example',
    'bo@xn--xn---epa.example',
    // Encoded, but what it encodes is not allowed or spelled otherwise.
    'bo@xn--zn7c.example',
    'bo@xn--bcher-KVÄ.example',
    'bo@a\u200cb.example',
    'bo@a\u0378.example',
    'bo@\ue000.example',
    'bo@\uffff.example',
    'bo@1\u0627.example',
    `${'a'.repeat(65)}@globex.example`,
    `bo@${'a'.repeat(64)}.example`,
    `bo@${'ü'.repeat(60)}.example`,
    // 255 characters.
    `a@${'b.'.repeat(122)}example12`,
    `${'a'.repeat(200)}@${'ü'.repeat(60)}.example`,
    'ö'.repeat(254),
  ])('%j is no address', (text) => {
    expect(normalizeEmail(text)).toBeUndefined()
  })
})

/** Characters that UTS 46 maps, ignores, refuses, or allows beside some others only. */
const odd = fc.constantFrom(
  ...'aAzZ09-.ßẞςσΣİıſKｅ。．｡üéñ例テ한हिक्षनामهאبג١۱٠',
  ...['\u0308', '\u0323', '\u094d', '\u200c', '\u200d', '\u00ad', '\u200b', '\ufe0f', '\u115f', '\u2800'],
  ...['\u3164', '\u034f', '\u180e', '\u2060', '\u202e', '\u2100', '\u2488', '\u2260', '\uff0f', '\uff05'],
  ...['\u2fce', '\u{2f868}', '\u{1f468}', '\u{1d7d8}', '\u{e0041}', '\u{e000}', '\u0378', '\uffff', '\ud800'],
  ...['xn--', 'XN--', '--', '..', '_', ' ', '/', ':', '%', '%41', '@', '[', '\\', '\t', '0x', '\u0000'],
)
/** The encoding of any characters, as a label. */
const encodedOf = (unit: fc.Arbitrary<string>) =>
  fc
    .string({ unit, maxLength: 6 })
    .map((text) => domainToASCII(`${text.normalize('NFC')}.example`).replace('.example', ''))
const punycode = fc
  .string({ unit: fc.constantFrom(...'abcxyz0189-'), maxLength: 10 })
  .map((text) => `xn--${text}`)
/** Letters, digits and marks of scripts that have been in Unicode, and unchanged, for long. */
const familiar = fc
  .constantFrom(
    [0x21, 0x24f],
    [0x391, 0x3c9],
    [0x400, 0x45f],
    [0x5d0, 0x5ea],
    [0x620, 0x64a],
    [0x660, 0x669],
    [0x905, 0x939],
    [0x93e, 0x94d],
    [0xe01, 0xe3a],
    [0x3041, 0x3096],
    [0x30a1, 0x30fa],
    [0x4e00, 0x9fa5],
    [0xac00, 0xd7a3],
    [0xff01, 0xff5e],
    [0x1f600, 0x1f64f],
  )
  .chain(([from = 0, to = 0]) => fc.integer({ min: from, max: to }))
  .map((codePoint) => String.fromCodePoint(codePoint))

const domainOf = (...labels: fc.Arbitrary<string>[]) =>
  fc
    .tuple(
      fc.array(fc.oneof(...labels), { minLength: 1, maxLength: 3 }),
      fc.constantFrom('example', 'テスト', ''),
    )
    .map(([labels, last]) => [...labels, ...(last ? [last] : [])].join('.'))
const familiarDomain = domainOf(
  fc.string({ unit: odd, minLength: 1, maxLength: 8 }),
  fc.string({ unit: familiar, minLength: 1, maxLength: 8 }),
  fc.string({ unit: fc.oneof(odd, familiar), minLength: 1, maxLength: 8 }),
  punycode,
  encodedOf(fc.oneof(odd, familiar)),
)
const anyCharacter = fc.string({ unit: 'binary', minLength: 1, maxLength: 1 })
const anyDomain = domainOf(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  fc.string({ unit: fc.oneof(odd, anyCharacter), minLength: 1, maxLength: 4 }),
  punycode,
  encodedOf(fc.oneof(odd, anyCharacter)),
)

/** The same by another implementation of UTS 46, and the specification's bounds. */
function expected(domain: string, checkBidi: boolean): string | undefined {
  // A lone surrogate is no character; tr46 takes code units.
  if (!domain.isWellFormed() || domain.includes('@')) return undefined
  const ascii = toASCII(domain.trimEnd().normalize('NFC'), {
    checkBidi,
    checkHyphens: false,
    checkJoiners: true,
    ignoreInvalidPunycode: false,
    transitionalProcessing: false,
    useSTD3ASCIIRules: true,
    verifyDNSLength: true,
  })
  const labels = ascii?.split('.') ?? []
  const last = labels.at(-1) ?? ''
  const isName = labels.every((one) => !one.startsWith('-') && !one.endsWith('-'))
  if (ascii === null || labels.length < 2 || !isName || /^(\d+|0x[\da-f]*)$/.test(last)) return undefined
  return `bo@${ascii}`
}

describe('the domain’s ASCII form', () => {
  it('is that of another implementation of UTS 46', () => {
    fc.assert(
      fc.property(familiarDomain, (domain) => {
        // Node applies the rule for right-to-left labels to each label, UTS 46 to the whole domain.
        const allowed = [expected(domain, true), expected(domain, false)]
        expect(allowed, JSON.stringify(domain)).toContain(normalizeEmail(`bo@${domain}`))
      }),
      { seed, numRuns: 20_000 },
    )
  })

  it('is the same where both allow a character; their Unicode versions, and so what they allow, differ', () => {
    fc.assert(
      fc.property(anyDomain, (domain) => {
        const [ours, other] = [normalizeEmail(`bo@${domain}`), expected(domain, false)]
        if (ours !== undefined && other !== undefined) expect(ours, JSON.stringify(domain)).toBe(other)
      }),
      { seed, numRuns: 20_000 },
    )
  })

  it('stays as it is, and comes back from the form in which it is shown', () => {
    fc.assert(
      fc.property(anyDomain, (domain) => {
        const email = normalizeEmail(`bo@${domain}`)
        fc.pre(email !== undefined)
        expect(email).toMatch(/^[\x21-\x7e]{3,254}$/)
        expect(normalizeEmail(email)).toBe(email)
        expect(normalizeEmail(shownEmail(email))).toBe(email)
      }),
      { seed, numRuns: 5_000 },
    )
  })
})

describe('an address is shown with its domain in Unicode', () => {
  it.each([
    ['bo@xn--bcher-kva.example', 'bo@bücher.example'],
    ['bo@globex.example', 'bo@globex.example'],
    ['xn--bo@globex.example', 'xn--bo@globex.example'],
    // Kept by an earlier version.
    ['bo@bücher.example', 'bo@bücher.example'],
    ['bo@xn--a%.example', 'bo@xn--a%.example'],
  ])('%j as %j', (email, shown) => {
    expect(shownEmail(email)).toBe(shown)
  })
})
