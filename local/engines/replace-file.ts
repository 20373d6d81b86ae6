import { renameSync, writeFileSync } from 'node:fs'

/** Writes a file and renames it into place, so that a reader, or a start after a crash, finds the old or the new one whole. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
