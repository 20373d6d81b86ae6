import { readdirSync, readFileSync } from 'node:fs'
import IntlMessageFormat from 'intl-messageformat'
import { describe, expect, it } from 'vitest'
import { documentation } from '../../shared/contract/actions.ts'
import { refusalCodes } from '../../shared/domain/refusals.ts'

const root = new URL('../../', import.meta.url)
const web = new URL('web/', root)
const catalogues = ['web', 'shared/mail'].flatMap((owner) => {
  const folder = new URL(`${owner}/messages/`, root)
  return readdirSync(folder).map((file) => ({
    owner,
    language: file.replace(/\.json$/, ''),
    messages: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Record<string, string>,
  }))
})
const englishOf = (owner: string) =>
  catalogues.find((one) => one.owner === owner && one.language === 'en')?.messages ?? {}

it.each(['web', 'shared/mail'])('%s has English and Swedish', (owner) => {
  const languages = catalogues.filter((one) => one.owner === owner).map(({ language }) => language)
  expect(languages).toEqual(expect.arrayContaining(['en', 'sv']))
})

describe.each(catalogues)('the catalogue $language of $owner', ({ owner, language, messages }) => {
  it('has every message of the English one, in its order, and no others', () => {
    expect(Object.keys(messages)).not.toEqual([])
    expect(Object.keys(messages)).toEqual(Object.keys(englishOf(owner)))
  })

  it('has messages with the arguments of the English ones', () => {
    for (const [key, message] of Object.entries(messages))
      expect(argumentsOf(message, language), key).toEqual(argumentsOf(englishOf(owner)[key], 'en'))
  })

  it('is read by people: nothing is empty, doubled or straight-quoted', () => {
    for (const message of Object.values(messages)) {
      expect(message).toBe(message.trim())
      expect(message).not.toMatch(/^$|\s\s|['"]|\.\./)
    }
  })
})

describe('the pages', () => {
  /** What the sources say: 'partners.title', and `kind.${kind}` for all of that family. */
  const sources = readdirSync(web)
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(new URL(file, web), 'utf8'))
    .join('\n')
  const quoted = new Set([...sources.matchAll(/['"]([a-z][\w.-]+)['"]/g)].map(([, key]) => key))
  const families = [...sources.matchAll(/`([a-z]+\.(?:[a-z]+\.)?)\$\{[^}]*\}`|`\$\{[^}]*\}(\.title)`/g)].map(
    ([, before, after]) =>
      new RegExp(before ? `^${before.replaceAll('.', '\\.')}[\\w-]+$` : `^\\w+\\${after}$`),
  )

  it('use every message', () => {
    const used = (key: string) => quoted.has(key) || families.some((family) => family.test(key))
    expect(Object.keys(englishOf('web')).filter((key) => !used(key))).toEqual([])
  })

  it('have words for every refusal that people can meet', () => {
    const refusalsOf = (host: boolean) =>
      documentation
        .filter(({ contract }) => (contract.access === 'host') === host)
        .flatMap(({ problems }) => problems)
    const people = refusalsOf(false)
    const hostsAlone = refusalsOf(true).filter((code) => !people.includes(code))
    for (const code of refusalCodes.filter((one) => !hostsAlone.includes(one)))
      expect(englishOf('web')).toHaveProperty([`problem.${code}`])
  })
})

type Element = {
  type: number
  value: unknown
  options?: Record<string, { value: Element[] }>
  children?: Element[]
}

/** The names of a message's arguments and tags, also those inside its choices and tags. */
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
