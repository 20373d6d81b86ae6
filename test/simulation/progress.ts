const width = 30

/** Shows on a terminal how many of so many are done. Call it with all of them done to have the line back. */
export function showProgress(done: number, all: number, of: string) {
  if (!process.stderr.isTTY) return
  const full = Math.round((done / all) * width)
  const bar = `[${'#'.repeat(full)}${'.'.repeat(width - full)}] ${done} of ${all} ${of}`
  process.stderr.write(done < all ? `\r${bar}` : '\r\x1b[K')
}

/** Lines that say how often each kind was counted, the most frequent first. */
export const countsIn = (counts: ReadonlyMap<string, number>): string[] =>
  [...counts]
    .sort(([, one], [, other]) => other - one)
    .map(([kind, count]) => `  ${String(count).padStart(9)}  ${kind}`)
