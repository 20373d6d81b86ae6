import { describe, expect, test } from 'vitest'
import { compileFilters } from '../../../local/lambda/filters.ts'

const record = {
  eventName: 'MODIFY',
  dynamodb: {
    Keys: { pk: { S: 'ACCOUNT#a' } },
    NewImage: { type: { S: 'user' }, count: { N: '7' }, tags: { SS: ['x', 'y'] }, gone: { NULL: true } },
  },
}

const passes = (...patterns: object[]) => compileFilters(patterns.map((one) => JSON.stringify(one)))(record)

const image = (pattern: object) => ({ dynamodb: { NewImage: pattern } })

describe("a record passes if it matches one of the mapping's patterns", () => {
  test.each([
    ['no pattern passes all', [], true],
    ['a literal', [{ eventName: ['MODIFY'] }], true],
    ['one literal of several', [{ eventName: ['INSERT', 'MODIFY'] }], true],
    ['another literal', [{ eventName: ['INSERT'] }], false],
    ['a literal of another type', [image({ count: { N: [7] } })], false],
    ['nested', [image({ type: { S: ['user'] } })], true],
    ['all keys must fit', [{ eventName: ['MODIFY'], ...image({ type: { S: ['event'] } }) }], false],
    ['a missing branch', [{ dynamodb: { OldImage: { type: { S: ['user'] } } } }], false],
    ['any element of a list', [image({ tags: { SS: ['y'] } })], true],
    ['one of two patterns', [{ eventName: ['REMOVE'] }, { eventName: ['MODIFY'] }], true],
    ['exists', [image({ type: { S: [{ exists: true }] } })], true],
    ['exists, of what is missing', [image({ mail: { S: [{ exists: true }] } })], false],
    ['does not exist', [image({ endedAt: { S: [{ exists: false }] } })], true],
    ['does not exist, of what is there', [image({ type: { S: [{ exists: false }] } })], false],
    [
      'existence is asked of leaves: an image counts as absent',
      [{ dynamodb: { NewImage: [{ exists: false }] } }],
      true,
    ],
  ])('%s', (_, patterns, expected) => {
    expect(passes(...patterns)).toBe(expected)
  })

  test.each([
    [{ eventName: [{ wildcard: 'M*' }] }, 'wildcard'],
    [{ size: [{ numeric: ['>', 5] }] }, 'numeric'],
    [{ $or: [{ eventName: ['MODIFY'] }] }, 'eventName'],
  ])('an unknown operator is an error at the start: %o', (pattern, message) => {
    expect(() => compileFilters([JSON.stringify(pattern)])).toThrow(message)
  })
})
