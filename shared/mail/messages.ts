import IntlMessageFormat from 'intl-messageformat'
import en from './messages/en.json' with { type: 'json' }
import sv from './messages/sv.json' with { type: 'json' }

export type MessageKey = keyof typeof en

const catalogues = { en, sv } satisfies Record<string, Record<MessageKey, string>>

export type Language = keyof typeof catalogues

/** The language to write in for a BCP 47 tag or any other string: that very catalogue, else its language's, else English. */
export function languageFor(locale: string): Language {
  const tag = locale.toLowerCase().replaceAll('_', '-')
  const languages = Object.keys(catalogues) as Language[]
  const named = (name: string | undefined) => languages.find((language) => language.toLowerCase() === name)
  return named(tag) ?? named(tag.split('-')[0]) ?? 'en'
}

const formats = new Map<string, IntlMessageFormat>()

/** A message's formatter, made at its first use and kept: parsing is the expensive part. */
export function messageFormat(language: Language, key: MessageKey): IntlMessageFormat {
  const id = `${language} ${key}`
  const format = formats.get(id) ?? new IntlMessageFormat(catalogues[language][key], language)
  formats.set(id, format)
  return format
}
