/**
 * The language for language tags in their order of preference: that of the first tag itself, else its primary language,
 * else that of the next tag, else English. Letter case does not matter, nor `_` instead of `-`.
 */
export function languageFor<Language extends string>(
  languages: readonly Language[],
  preferred: readonly string[],
): Language | 'en' {
  const named = (tag: string | undefined) => languages.find((language) => language.toLowerCase() === tag)
  for (const wanted of preferred) {
    const tag = wanted.toLowerCase().replaceAll('_', '-')
    const language = named(tag) ?? named(tag.split('-')[0])
    if (language) return language
  }
  return 'en'
}
