import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalizeText } from '../../shared/domain/texts.ts'

describe('a text that people read is kept in NFC, trimmed, with one space for each run of white space', () => {
  it.each([
    ['Ada Lind', 'Ada Lind'],
    ['  Ada  \t\r\n', 'Ada'],
    ['A\u030asa', 'Åsa'],
    ['Ada \u00a0\u3000 Lind', 'Ada Lind'],
    ['李', '李'],
    ['.', '.'],
    ['D’Arcy <b> & =1', 'D’Arcy <b> & =1'],
    // Joiners and marks that scripts need.
    ['می\u200cخواهم', 'می\u200cخواهم'],
    ['क्\u200dष', 'क्\u200dष'],
    ['ශ්\u200dරී', 'ශ්\u200dරී'],
    ['Nguyễn Thị', 'Nguyễn Thị'],
    ['\u200fשלום', '\u200fשלום'],
    ['👩‍👩‍👧‍👦', '👩‍👩‍👧‍👦'],
    ['❤\ufe0f', '❤\ufe0f'],
    ['🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏴󠁧󠁢󠁥󠁮󠁧󠁿'],
    ['葛\u{e0100}城', '葛\u{e0100}城'],
    ['\ue000', '\ue000'],
  ])('%j as %j', (text, kept) => {
    expect(normalizeText(text)).toBe(kept)
  })
})

describe('a text has something to see', () => {
  it.each([
    '',
    ' ',
    ' \t\n',
    '\u00a0',
    '\u3000',
    '\u00ad',
    '\u034f',
    '\u061c',
    '\u115f',
    '\u1160',
    '\u17b4',
    '\u180b',
    '\u180e',
    '\u200b',
    '\u200c\u200d',
    '\u200e',
    '\u2060',
    '\u2800',
    '\u3164',
    '\ufe0f',
    '\ufeff',
    '\uffa0',
    '\u{1d159}',
    '\u{1d173}',
    '\u{e0001}',
    '\u{e0041}\u{e007f}',
    '\u{e0100}',
    '\u0301',
    ' \u200b\u2800 \u3164 ',
  ])('%j has not', (text) => {
    expect(normalizeText(text)).toBeUndefined()
  })
})

describe('a text has none of these', () => {
  it.each([
    ['a control character', ['\0', '\u0007', '\t', '\n', '\r\n', '\u001b[31m', '\u007f', '\u0085', '\u009f']],
    ['a line separator', ['\u2028', '\u2029']],
    [
      'a change of direction',
      ['\u202a', '\u202b', '\u202c', '\u202d', '\u202e', '\u2066', '\u2067', '\u2068', '\u2069'],
    ],
    ['half a character', ['\ud800', '\udfff']],
    ['a noncharacter', ['\ufdd0', '\ufffe', '\uffff', '\u{1fffe}', '\u{1ffff}', '\u{10ffff}']],
    ['an unassigned character', ['\u0378', '\u{e0000}', '\u{50000}']],
  ])('%s', (_, characters) => {
    for (const character of characters) expect(normalizeText(`a${character}b`), character).toBeUndefined()
  })
})

it('what is kept stays as it is', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({
      unit: fc.constantFrom('a', ' ', '\u00a0', '\u2000', '\u0301', '\u200b', 'é', '\u0344', '가'),
      maxLength: 12,
    }),
  )
  fc.assert(
    fc.property(text, (text) => {
      const kept = normalizeText(text)
      fc.pre(kept !== undefined)
      expect(normalizeText(kept)).toBe(kept)
      expect(kept).not.toMatch(/^\s|\s$|\s\s/u)
      expect(kept.normalize('NFC')).toBe(kept)
    }),
    { seed: 7, numRuns: 3_000 },
  )
})
