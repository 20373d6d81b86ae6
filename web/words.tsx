import IntlMessageFormat from 'intl-messageformat'
import { createContext, createElement, Fragment, type ReactNode, useContext } from 'react'
import type en from './messages/en.json'

export type MessageKey = keyof typeof en

type Values = Record<string, string | number | Date>

/** What the pages say, in one language. */
export type Words = {
  language: string
  /** The language tag that dates, numbers and order follow. */
  locale: string
  /** A message as plain text, for names of things and attributes. */
  text(key: MessageKey, values?: Values): string
  /** A message to be read: whatever people have named is kept apart from the sentence, be it written from right to left. */
  say(key: MessageKey, values?: Values): ReactNode
  has(key: string): key is MessageKey
  compare(one: string, other: string): number
}

const catalogues = import.meta.glob<Record<string, string>>('./messages/*.json', { import: 'default' })
const fileOf = (language: string) => `./messages/${language}.json`

/** The languages that there are words in, by their tags. */
export const languages = Object.keys(catalogues).map((file) =>
  file.slice('./messages/'.length, -'.json'.length),
)

const languageOf = (locale: string) => locale.split('-')[0] ?? locale

/** The best language for somebody with these wishes, most wanted first; English for want of another. */
export const languageFor = (wishes: readonly string[]): string =>
  wishes.map(languageOf).find((language) => languages.includes(language)) ?? 'en'

/** Bare English writes dates as the product does, day first. A region, where the reader has told one, is followed. */
const regionOf = (language: string, wishes: readonly string[]): string =>
  wishes.find((wish) => wish.includes('-') && languageOf(wish) === language) ??
  (language === 'en' ? 'en-GB' : language)

/** Reads the catalogue of a language. */
export async function loadWords(language: string, wishes: readonly string[]): Promise<Words> {
  const messages = (await catalogues[fileOf(language)]?.()) ?? {}
  const locale = regionOf(language, wishes)
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
          ? [name, <bdi key={name}>{value}</bdi>]
          : [name, value],
      )
      const parts = message.format<ReactNode>({ ...Object.fromEntries(shown), b: strong })
      return Array.isArray(parts) ? createElement(Fragment, null, ...parts) : parts
    },
    has: (key): key is MessageKey => key in messages,
    compare,
  }
}

/** What a message has between <b> and </b>: what matters most in it. */
const strong = (chunks: ReactNode[]) => createElement('strong', { key: 'b' }, ...chunks)

/** The parser's number for a choice between words; it exports the type alone. */
const select = 5

/** Whether a message chooses its words by this value. */
const selects = (message: IntlMessageFormat, name: string): boolean =>
  message.getAst().some((element) => element.type === select && element.value === name)

const WordsContext = createContext<Words | undefined>(undefined)
export const WordsProvider = WordsContext.Provider

export function useWords(): Words {
  const words = useContext(WordsContext)
  if (!words) throw new Error('Nobody provides words here')
  return words
}
