/** The keys of malformed items, until the invocation reports them. */
const found = new Map<string, { pk: string; sk: string }>()

export function noteMalformed({ pk, sk }: Record<string, unknown>): void {
  const key = { pk: String(pk), sk: String(sk) }
  found.set(JSON.stringify(key), key)
}

/** The keys of the malformed items that have been read since the last call. */
export function takeMalformed(): { pk: string; sk: string }[] {
  const keys = [...found.values()]
  found.clear()
  return keys
}
