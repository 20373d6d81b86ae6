/**
 * The language to use for somebody who prefers these language tags, the most preferred first: the first tag's own language,
 * else its primary language, else that of the next tag, else English. Letter case and `_` instead of `-` do not matter.
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
