/**
 * Characters that texts for people must not have: control characters, line separators, lone surrogates, unassigned
 * characters, noncharacters, and embeddings, overrides and isolates, which change the direction of other text.
 */
const refused = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\u202a-\u202e\u2066-\u2069]/u

/**
 * Visible characters. Fillers, joiners, variation selectors, tags and soft hyphens are ignorable by default. The blank
 * Braille pattern and the null note head are symbols without ink. Marks need a base character.
 */
const visible = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]|\p{Co}/u

/**
 * The form in which texts for people are stored: NFC, trimmed, one space for each run of white space. Undefined without
 * a visible character, or with a forbidden one. Joiners stay: Persian and Indic words and emoji need them.
 */
export function normalizeText(text: string): string | undefined {
  const trimmed = text.trim()
  if (refused.test(trimmed) || !visible.test(trimmed)) return undefined
  return trimmed
    .replace(/\p{Zs}+/gu, ' ')
    .normalize('NFC')
    .trim()
}

/** A name as it is sorted and searched: compatibility-decomposed, without marks, in lower case. */
export const foldName = (name: string): string =>
  name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim()
