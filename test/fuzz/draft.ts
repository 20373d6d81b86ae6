import type { Random } from '../kit/random.ts'
import type { Operation, Schema } from './document.ts'
import type { Known } from './known.ts'
import type { Draft } from './request.ts'

/** A request that the description allows, to something that there is where the dice say so. */
export function draftOf(operation: Operation, known: Known, random: Random): Draft {
  const draft: Draft = {
    operation,
    caller: random.pick(known.callers),
    params: {},
    query: [],
    headers: {},
    mutations: [],
  }
  for (const { name, in: place, required, schema } of operation.parameters) {
    if (!required && random.chance(0.6)) continue
    const value = text(known.valueFor(operation, name, draft, random) ?? exampleOf(schema, random))
    if (place === 'path') draft.params[name] = value
    if (place === 'query') draft.query.push([name, value])
    if (place === 'header') draft.headers[name.toLowerCase()] = value
  }
  if (operation.body) draft.json = objectOf(operation.body, draft, known, random)
  return draft
}

function objectOf(schema: Schema, draft: Draft, known: Known, random: Random): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (!schema.required?.includes(name) && random.chance(0.5)) continue
    object[name] = known.valueFor(draft.operation, name, draft, random) ?? exampleOf(property, random)
  }
  return object
}

const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Tried where a pattern has to be met. */
const samples = ['1', '25', 'en', 'sv-SE', 'a', 'a-key-of-mine', 'https://proofs.example/1', '2026-11-23']

/** A value that the schema allows, or nearly: patterns are met by trying. */
function exampleOf(schema: Schema, random: Random): unknown {
  const alternatives = schema.anyOf ?? schema.oneOf
  if (alternatives) return exampleOf(random.pick(alternatives), random)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return random.pick(schema.enum)
  const type = random.pick([schema.type ?? 'string'].flat())
  switch (type) {
    case 'integer':
    case 'number':
      return numberOf(schema, random)
    case 'boolean':
      return random.chance(0.5)
    case 'null':
      return null
    case 'array':
      return [exampleOf(schema.items ?? {}, random)]
    case 'object':
      return {}
    default:
      return stringOf(schema, random)
  }
}

function numberOf({ minimum = 0, maximum = 100 }: Schema, random: Random): number {
  return random.pick([minimum, Math.min(minimum + random.below(50), maximum), maximum])
}

function stringOf({ minLength = 0, maxLength = 60, pattern, format }: Schema, random: Random): string {
  if (format === 'uri') return `https://proofs.example/${random.below(1000)}`
  if (pattern) {
    const allowed = samples.filter((sample) => new RegExp(pattern, 'u').test(sample))
    return allowed.length > 0 ? random.pick(allowed) : random.pick(samples)
  }
  const length = random.pick([
    minLength,
    maxLength,
    Math.min(Math.max(minLength, random.below(20) + 1), maxLength),
  ])
  return Array.from({ length }, () => random.pick([...'abc ÅÄö-'])).join('')
}
