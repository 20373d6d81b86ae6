/** A mapping's event filter patterns. A record passes if it matches one of them. */
export type Filter = (record: unknown) => boolean

type Test = (value: unknown) => boolean

/**
 * Compiles a mapping's `FilterCriteria`, which are JSON texts. Without patterns, every record passes. Throws for an
 * unknown operator.
 */
export function compileFilters(patterns: string[]): Filter {
  if (patterns.length === 0) return () => true
  const tests = patterns.map((pattern) => compileObject(JSON.parse(pattern) as Record<string, unknown>))
  return (record) => tests.some((test) => test(record))
}

function compileObject(pattern: Record<string, unknown>): Test {
  const tests = Object.entries(pattern).map(([key, value]): Test => {
    if (key === '$or') {
      const alternatives = (value as Record<string, unknown>[]).map(compileObject)
      return (event) => alternatives.some((test) => test(event))
    }
    const test = Array.isArray(value) ? compileLeaf(value) : compileObject(value as Record<string, unknown>)
    return (event) => test(isObject(event) ? event[key] : undefined)
  })
  return (event) => tests.every((test) => test(event))
}

/** Matches one of the literals and operators. A list in the event matches with any element. */
function compileLeaf(pattern: unknown[]): Test {
  const absent = pattern.some((one) => isObject(one) && one.exists === false)
  const tests = pattern.map((one) =>
    isObject(one) ? compileOperator(one) : (value: unknown) => value === one,
  )
  return (value) => {
    if (value === undefined) return absent
    const values = Array.isArray(value) ? value : [value]
    return values.some((one) => tests.some((test) => test(one)))
  }
}

function compileOperator(operator: Record<string, unknown>): Test {
  const [name = '', argument] = Object.entries(operator)[0] ?? []
  switch (name) {
    case 'exists':
      // Only leaves exist: an inner node, such as a whole attribute value, counts as absent.
      return (value) => (argument === true) === !isObject(value)
    case 'prefix':
      return (value) => typeof value === 'string' && value.startsWith(String(argument))
    case 'suffix':
      return (value) => typeof value === 'string' && value.endsWith(String(argument))
    case 'anything-but': {
      const excluded = compileLeaf(Array.isArray(argument) ? argument : [argument])
      return (value) => !excluded(value)
    }
    case 'numeric':
      return compileNumeric(argument as (string | number)[])
    default:
      throw new Error(`A filter pattern uses ${name}, which local/lambda/filters.ts does not know.`)
  }
}

const comparisons: Record<string, (value: number, limit: number) => boolean> = {
  '=': (value, limit) => value === limit,
  '<': (value, limit) => value < limit,
  '<=': (value, limit) => value <= limit,
  '>': (value, limit) => value > limit,
  '>=': (value, limit) => value >= limit,
}

/** `[">", 0, "<=", 5]`: all comparisons must hold. DynamoDB's numbers are strings, which Lambda does not compare. */
function compileNumeric(argument: (string | number)[]): Test {
  const tests: Test[] = []
  for (let at = 0; at < argument.length; at += 2) {
    const compare = comparisons[String(argument[at])]
    if (!compare) throw new Error(`A filter pattern compares with ${argument[at]}, which is not known.`)
    const limit = Number(argument[at + 1])
    tests.push((value) => typeof value === 'number' && compare(value, limit))
  }
  return (value) => tests.every((test) => test(value))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
