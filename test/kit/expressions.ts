/** DynamoDB's condition, filter, key condition and update expressions, of top-level attributes. */

type Names = Record<string, string>
type Values = Record<string, unknown>
export type Item = { readonly [attribute: string]: unknown }

type Condition = (item: Item | undefined, names: Names, values: Values) => boolean
type Operand = (item: Item | undefined, names: Names, values: Values) => unknown
type Action = (next: Record<string, unknown>, item: Item | undefined, names: Names, values: Values) => void

/** What an expression does, and the names and values that it mentions. */
type Compiled<T> = { run: T; names: Set<string>; values: Set<string> }

/** What DynamoDB answers with to a request that can't be right. */
export class ValidationException extends Error {
  override name = 'ValidationException'
}

const invalid = (message: string): never => {
  throw new ValidationException(message)
}

const tokenPattern = /\s*(<>|<=|>=|[=<>(),+]|[:#]?\w+)/y

function tokensOf(expression: string): string[] {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  const end = expression.trimEnd().length
  while (tokenPattern.lastIndex < end) {
    const at = tokenPattern.lastIndex
    const token = tokenPattern.exec(expression)?.[1]
    if (token === undefined) return invalid(`Unknown syntax at ${at} of: ${expression}`)
    tokens.push(token)
  }
  return tokens
}

class Parser {
  readonly names = new Set<string>()
  readonly values = new Set<string>()
  readonly #tokens: string[]
  readonly #expression: string
  #at = 0

  constructor(expression: string) {
    this.#expression = expression
    this.#tokens = tokensOf(expression)
  }

  end() {
    if (this.#at < this.#tokens.length) this.#unknown()
  }

  condition(): Condition {
    return this.#joined('OR', 'some', () => this.#joined('AND', 'every', () => this.#primary()))
  }

  /** The clauses of an update, in the order in which they stand. */
  update(): Action {
    const actions: Action[] = []
    while (this.#at < this.#tokens.length) actions.push(...this.#clause())
    return (next, item, names, values) => {
      for (const action of actions) action(next, item, names, values)
    }
  }

  #joined(word: 'AND' | 'OR', join: 'every' | 'some', parse: () => Condition): Condition {
    const all = this.#separated(word, parse)
    const [only] = all
    if (only && all.length === 1) return only
    return (item, names, values) => all[join]((one) => one(item, names, values))
  }

  #primary(): Condition {
    if (this.#takes('(')) {
      const inner = this.condition()
      this.#expect(')')
      return inner
    }
    const word = this.#peek()
    const make = functions[word]
    if (make) {
      this.#at++
      return make(this.#call())
    }
    const left = this.#operand()
    if (this.#takes('IN')) {
      const options = this.#call()
      return (...given) => options.some((option) => sameValue(left(...given), option(...given)))
    }
    if (this.#takes('BETWEEN')) {
      const low = this.#operand()
      this.#expect('AND')
      const high = this.#operand()
      return (...given) =>
        ordered(left(...given), low(...given), (order) => order >= 0) &&
        ordered(left(...given), high(...given), (order) => order <= 0)
    }
    const compare = comparators[this.#take()]
    if (!compare) return this.#unknown()
    const right = this.#operand()
    return (...given) => compare(left(...given), right(...given))
  }

  #operand(): Operand {
    const word = this.#take()
    if (word === 'size') {
      const [of] = this.#call()
      return (...given) => sizeOf(of?.(...given))
    }
    if (word.startsWith(':')) {
      this.values.add(word)
      return (_item, _names, values) => values[word]
    }
    const attribute = this.#attribute(word)
    return (item, names) => item?.[attribute(names)]
  }

  #attribute(word: string): (names: Names) => string {
    if (word.startsWith('#')) {
      this.names.add(word)
      return (names) => names[word] ?? ''
    }
    if (!/^[a-z]\w*$/i.test(word)) this.#unknown()
    return () => word
  }

  #clause(): Action[] {
    const clause = this.#take()
    switch (clause) {
      case 'SET':
        return this.#separated(',', () => this.#assignment())
      case 'REMOVE':
        return this.#separated(',', () => {
          const attribute = this.#attribute(this.#take())
          return (next, _item, names) => delete next[attribute(names)]
        })
      case 'ADD':
        return this.#separated(',', () => this.#change(added))
      case 'DELETE':
        return this.#separated(',', () => this.#change(without))
      default:
        return this.#unknown()
    }
  }

  #assignment(): Action {
    const attribute = this.#attribute(this.#take())
    this.#expect('=')
    const left = this.#assigned()
    const right = this.#takes('+') ? this.#assigned() : undefined
    return (next, ...given) => {
      const value = right ? sum(left(...given), right(...given)) : left(...given)
      if (value === undefined)
        invalid('The expression refers to an attribute that does not exist in the item')
      next[attribute(given[1])] = value
    }
  }

  #assigned(): Operand {
    if (!this.#takes('if_not_exists')) return this.#operand()
    const [path, otherwise] = this.#call()
    return (...given) => path?.(...given) ?? otherwise?.(...given)
  }

  #change(changed: (was: unknown, by: unknown) => unknown): Action {
    const attribute = this.#attribute(this.#take())
    const by = this.#operand()
    return (next, item, names, values) => {
      const name = attribute(names)
      const value = changed(item?.[name], by(item, names, values))
      if (value === undefined) delete next[name]
      else next[name] = value
    }
  }

  #call(): Operand[] {
    this.#expect('(')
    const operands = this.#separated(',', () => this.#operand())
    this.#expect(')')
    return operands
  }

  #separated<T>(separator: string, parse: () => T): T[] {
    const parsed = [parse()]
    while (this.#takes(separator)) parsed.push(parse())
    return parsed
  }

  #peek(): string {
    return this.#tokens[this.#at] ?? this.#unknown()
  }

  #take(): string {
    const token = this.#peek()
    this.#at++
    return token
  }

  #takes(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false
    this.#at++
    return true
  }

  #expect(token: string) {
    if (!this.#takes(token)) this.#unknown()
  }

  #unknown(): never {
    const near = this.#tokens[this.#at] ?? 'the end'
    throw new ValidationException(`Unknown syntax near ${near} of: ${this.#expression}`)
  }
}

const functions: Record<string, (operands: Operand[]) => Condition> = {
  attribute_exists:
    ([path]) =>
    (...given) =>
      path?.(...given) !== undefined,
  attribute_not_exists:
    ([path]) =>
    (...given) =>
      path?.(...given) === undefined,
  begins_with:
    ([path, prefix]) =>
    (...given) => {
      const [text, start] = [path?.(...given), prefix?.(...given)]
      return typeof text === 'string' && typeof start === 'string' && text.startsWith(start)
    },
  contains:
    ([path, part]) =>
    (...given) => {
      const [whole, wanted] = [path?.(...given), part?.(...given)]
      if (whole instanceof Set) return whole.has(wanted)
      return typeof whole === 'string' && typeof wanted === 'string' && whole.includes(wanted)
    },
}

const ordered = (one: unknown, other: unknown, holds: (order: number) => boolean): boolean => {
  if (typeof one === 'number' && typeof other === 'number') return holds(one - other)
  return typeof one === 'string' && typeof other === 'string' && holds(compareTexts(one, other))
}

const comparators: Record<string, (one: unknown, other: unknown) => boolean> = {
  '=': (one, other) => one !== undefined && sameValue(one, other),
  '<>': (one, other) => !sameValue(one, other),
  '<': (one, other) => ordered(one, other, (order) => order < 0),
  '<=': (one, other) => ordered(one, other, (order) => order <= 0),
  '>': (one, other) => ordered(one, other, (order) => order > 0),
  '>=': (one, other) => ordered(one, other, (order) => order >= 0),
}

const beyondUtf16Order = /[\ud800-\uffff]/

/** In the order of UTF-8's bytes, which UTF-16's is too as long as there are no surrogates. */
export function compareTexts(one: string, other: string): number {
  if (beyondUtf16Order.test(one) || beyondUtf16Order.test(other))
    return Buffer.compare(Buffer.from(one), Buffer.from(other))
  return one < other ? -1 : one > other ? 1 : 0
}

export function sameValue(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false
  if (one instanceof Set || other instanceof Set)
    return (
      one instanceof Set &&
      other instanceof Set &&
      one.size === other.size &&
      [...one].every((member) => other.has(member))
    )
  const [left, right] = [one as Item, other as Item]
  const attributes = Object.keys(left)
  return (
    Array.isArray(one) === Array.isArray(other) &&
    attributes.length === Object.keys(right).length &&
    attributes.every((attribute) => sameValue(left[attribute], right[attribute]))
  )
}

function sizeOf(value: unknown): number | undefined {
  if (value instanceof Set) return value.size
  if (Array.isArray(value)) return value.length
  return typeof value === 'string' ? Buffer.byteLength(value) : undefined
}

function sum(one: unknown, other: unknown): number {
  if (typeof one !== 'number' || typeof other !== 'number') return invalid('An operand is no number')
  return one + other
}

function added(was: unknown, by: unknown): unknown {
  if (by instanceof Set && (was === undefined || was instanceof Set)) return new Set([...(was ?? []), ...by])
  if (typeof by === 'number' && (was === undefined || typeof was === 'number')) return (was ?? 0) + by
  return invalid('ADD takes a number or a set, to one of its kind')
}

/** A set that loses its last member is gone. */
function without(was: unknown, by: unknown): unknown {
  if (!(by instanceof Set) || (was !== undefined && !(was instanceof Set)))
    return invalid('DELETE takes a set, from a set')
  const left = [...(was ?? [])].filter((member) => !by.has(member))
  return left.length > 0 ? new Set(left) : undefined
}

const conditions = new Map<string, Compiled<Condition>>()
const updates = new Map<string, Compiled<Action>>()

function compiled<T>(
  cache: Map<string, Compiled<T>>,
  expression: string,
  parse: (parser: Parser) => T,
): Compiled<T> {
  const known = cache.get(expression)
  if (known) return known
  const parser = new Parser(expression)
  const run = parse(parser)
  parser.end()
  const made = { run, names: parser.names, values: parser.values }
  cache.set(expression, made)
  return made
}

/** @throws ValidationException for anything but the subset that is known here */
export const conditionOf = (expression: string) =>
  compiled(conditions, expression, (parser) => parser.condition())

/** @throws ValidationException for anything but the subset that is known here */
export const updateOf = (expression: string) => compiled(updates, expression, (parser) => parser.update())
