import IntlMessageFormat from 'intl-messageformat'
import { createContext, createElement, Fragment, type ReactNode, useContext } from 'react'
import type en from './messages/en.json'

export type MessageKey = keyof typeof en

type Values = Record<string, string | number | Date>

/** The texts of the pages, in one language. */
export type Words = {
  language: string
  /** The language tag for dates, numbers and sorting. */
  locale: string
  /** A message as plain text, for labels and attributes. */
  text(key: MessageKey, values?: Values): string
  /** A message with each text value isolated, so that right-to-left names do not reorder the sentence. */
  say(key: MessageKey, values?: Values): ReactNode
  has(key: string): key is MessageKey
  compare(one: string, other: string): number
}

const catalogues = import.meta.glob<Record<string, string>>('./messages/*.json', { import: 'default' })
const fileOf = (language: string) => `./messages/${language}.json`

/** The tags of the languages of the pages. */
export const languages = Object.keys(catalogues).map((file) =>
  file.slice('./messages/'.length, -'.json'.length),
)

/** The first preferred tag of the language with a region. Without one, English dates begin with the day. */
const regionOf = (language: string, preferred: readonly string[]): string =>
  preferred.find((tag) => tag.startsWith(`${language}-`)) ?? (language === 'en' ? 'en-GB' : language)

/** Reads the catalogue of a language. `preferred`: the user's language tags, the most preferred first. */
export async function loadWords(language: string, preferred: readonly string[]): Promise<Words> {
  const messages = (await catalogues[fileOf(language)]?.()) ?? {}
  const locale = regionOf(language, preferred)
  const formats = new Map<MessageKey, IntlMessageFormat>()
  const format = (key: MessageKey) => {
    const known = formats.get(key) ?? new IntlMessageFormat(messages[key] ?? key, locale)
    formats.set(key, known)
    return known
  }
  const { compare } = new Intl.Collator(locale, { numeric: true })
  return {
    language,
    locale,
    text: (key, values) => String(format(key).format(values)),
    say: (key, values = {}) => {
      const message = format(key)
      const shown = Object.entries(values).map(([name, value]) =>
        typeof value === 'string' && !selects(message, name)
          ? [name, createElement('bdi', null, value)]
          : [name, value],
      )
      const parts = message.format<ReactNode>({ ...Object.fromEntries(shown), b: strong })
      return Array.isArray(parts) ? createElement(Fragment, null, ...parts) : parts
    },
    has: (key): key is MessageKey => key in messages,
    compare,
  }
}

/** The part of a message between <b> and </b>. */
const strong = (chunks: ReactNode[]) => createElement('strong', null, ...chunks)

/** The parser's number for a `select`. The package exports only the type. */
const select = 5

/** Whether a message has a `select` on this value. */
const selects = (message: IntlMessageFormat, name: string): boolean =>
  message.getAst().some((element) => element.type === select && element.value === name)

const WordsContext = createContext<Words | undefined>(undefined)
export const WordsProvider = WordsContext.Provider

export function useWords(): Words {
  const words = useContext(WordsContext)
  if (!words) throw new Error('useWords needs a WordsProvider')
  return words
}
