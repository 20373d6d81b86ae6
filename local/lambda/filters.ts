/** A mapping's event filter patterns. A record passes if it matches one of them. */
export type Filter = (record: unknown) => boolean

type Test = (value: unknown) => boolean

/** Compiles `FilterCriteria` (JSON). Without patterns, every record passes. Throws for an unknown operator. */
export function compileFilters(patterns: string[]): Filter {
  if (patterns.length === 0) return () => true
  const tests = patterns.map((pattern) => compileObject(JSON.parse(pattern) as Record<string, unknown>))
  return (record) => tests.some((test) => test(record))
}

function compileObject(pattern: Record<string, unknown>): Test {
  const tests = Object.entries(pattern).map(([key, value]): Test => {
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
  const [name] = Object.keys(operator)
  if (name !== 'exists')
    throw new Error(`A filter pattern uses ${name}, which local/lambda/filters.ts does not know.`)
  // Only leaves exist: an inner node, such as a whole attribute value, counts as absent.
  return (value) => operator.exists === !isObject(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
