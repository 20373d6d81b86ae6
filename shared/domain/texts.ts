/**
 * What no text for people may have: control characters, line separators, halves of characters, what is not assigned
 * (noncharacters too), and what changes the direction of the text around it: embeddings, overrides and isolates.
 */
const refused = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Cn}\u202a-\u202e\u2066-\u2069]/u

/**
 * What shows. Fillers, joiners, variation selectors, tags and soft hyphens are ignorable by default; the blank Braille
 * pattern and the null note head are symbols that have no ink. Marks need a character to stand on.
 */
const visible = /[^\p{Z}\p{C}\p{M}\p{Default_Ignorable_Code_Point}\u2800\u{1d159}]|\p{Co}/u

/**
 * The form in which a text that people read is kept, such as a name or a title: NFC, trimmed, with one space for each
 * run of white space. Undefined for one that has nothing to see, or characters that it may not have. Joiners stay:
 * Persian and Indic words and emoji need them.
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
