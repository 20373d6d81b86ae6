import { languages, useWords } from './words.tsx'

/** The product's mark and name. */
export function Brand() {
  const words = useWords()
  return (
    <p className="brand">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <circle cx="12" cy="16" r="9" />
        <circle cx="20" cy="16" r="9" />
      </svg>
      {words.text('app.name')}
    </p>
  )
}

/** Chooses the language of the pages. */
export function LanguageChoice({ onLanguage }: { onLanguage(language: string): void }) {
  const words = useWords()
  return (
    <select
      aria-label={words.text('app.language')}
      value={words.language}
      onChange={(event) => onLanguage(event.target.value)}
    >
      {languages.map((language) => (
        <option key={language} value={language} lang={language}>
          {nameOf(language)}
        </option>
      ))}
    </select>
  )
}

const nameOf = (language: string): string => {
  const name = new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language
  return name.charAt(0).toLocaleUpperCase(language) + name.slice(1)
}
