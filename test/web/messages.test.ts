import { readdirSync, readFileSync } from 'node:fs'
import IntlMessageFormat from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { documentation } from '../../shared/contract/actions.ts'
import { refusalCodes } from '../../shared/domain/refusals.ts'

const web = new URL('../../web/', import.meta.url)
const read = (file: string) => readFileSync(new URL(file, web), 'utf8')
const catalogues = readdirSync(new URL('messages/', web)).map((file) => ({
  language: file.replace(/\.json$/, ''),
  messages: JSON.parse(read(`messages/${file}`)) as Record<string, string>,
}))
const english = catalogues.find(({ language }) => language === 'en')?.messages ?? {}

/** What the sources say: 'partners.title', and `kind.${kind}` for all of that family. */
const sources = readdirSync(web)
  .filter((file) => /\.tsx?$/.test(file))
  .map(read)
  .join('\n')
const quoted = new Set([...sources.matchAll(/['"]([a-z][\w.-]+)['"]/g)].map(([, key]) => key))
const families = [...sources.matchAll(/`([a-z]+\.(?:[a-z]+\.)?)\$\{[^}]*\}`|`\$\{[^}]*\}(\.title)`/g)].map(
  ([, before, after]) =>
    new RegExp(before ? `^${before.replaceAll('.', '\\.')}[\\w-]+$` : `^\\w+\\${after}$`),
)

it('there is English, and Swedish to begin with', () => {
  expect(catalogues.map(({ language }) => language)).toEqual(expect.arrayContaining(['en', 'sv']))
})

it('every message is used', () => {
  const used = (key: string) => quoted.has(key) || families.some((family) => family.test(key))
  expect(Object.keys(english).filter((key) => !used(key))).toEqual([])
})

it('every refusal that people can meet has words', () => {
  const refusalsOf = (host: boolean) =>
    documentation
      .filter(({ contract }) => (contract.access === 'host') === host)
      .flatMap(({ problems }) => problems)
  const people = refusalsOf(false)
  const hostsAlone = refusalsOf(true).filter((code) => !people.includes(code))
  for (const code of refusalCodes.filter((one) => !hostsAlone.includes(one)))
    expect(english).toHaveProperty([`problem.${code}`])
})

describe.each(catalogues)('the catalogue $language', ({ language, messages }) => {
  it('has every message of the English one, in its order, and no others', () => {
    expect(Object.keys(messages)).toEqual(Object.keys(english))
  })

  it('has messages that take the arguments of the English ones', () => {
    for (const [key, message] of Object.entries(messages)) {
      expect(argumentsOf(message, language), key).toEqual(argumentsOf(english[key], 'en'))
    }
  })

  it('is read by people: nothing is empty, doubled or straight-quoted', () => {
    for (const message of Object.values(messages)) {
      expect(message).toBe(message.trim())
      expect(message).not.toMatch(/^$|\s\s|['"]|\.\./)
    }
  })
})

type Element = {
  type: number
  value: unknown
  options?: Record<string, { value: Element[] }>
  children?: Element[]
}

/** The names of a message's arguments and tags, those inside its choices and tags too. */
function argumentsOf(message = '', language: string): string[] {
  const named = (elements: Element[]): string[] =>
    elements.flatMap(({ type, value, options = {}, children = [] }) => [
      // The parser's types: 0 is words, 7 the number sign of a plural.
      ...(type === 0 || type === 7 ? [] : [String(value)]),
      ...Object.values(options).flatMap((option) => named(option.value)),
      ...named(children),
    ])
  return [...new Set(named(new IntlMessageFormat(message, language).getAst() as Element[]))].sort()
}
