import IntlMessageFormat from 'intl-messageformat'
import en from './messages/en.json' with { type: 'json' }
import sv from './messages/sv.json' with { type: 'json' }

export type MessageKey = keyof typeof en

const catalogues = { en, sv } satisfies Record<string, Record<MessageKey, string>>

export type Language = keyof typeof catalogues

export const languages = Object.keys(catalogues) as Language[]

const formats = new Map<string, IntlMessageFormat>()

/** A message's formatter. It is kept, because parsing is expensive. */
export function messageFormat(language: Language, key: MessageKey): IntlMessageFormat {
  const id = `${language} ${key}`
  const format = formats.get(id) ?? new IntlMessageFormat(catalogues[language][key], language)
  formats.set(id, format)
  return format
}
