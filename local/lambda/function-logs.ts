import { createWriteStream, mkdirSync, type WriteStream } from 'node:fs'
import { join } from 'node:path'

/** Called with each line that a function prints. */
export type FunctionLog = (functionName: string, line: string, toStderr: boolean) => void

/**
 * Writes the lines that functions print to `FOLDER/FUNCTION.log`, which each start empties. `print` gets errors or, if
 * `verbose`, every line, with the function's name.
 */
export function functionLogs(
  folder: string,
  { print, verbose }: { print: (line: string) => void; verbose: boolean },
): FunctionLog {
  mkdirSync(folder, { recursive: true })
  const files = new Map<string, WriteStream>()
  const open = (name: string) => {
    const file = createWriteStream(join(folder, `${name}.log`))
    file.on('error', ({ message }) => print(`The log of ${name} can't be written: ${message}`))
    files.set(name, file)
    return file
  }
  return (name, line, toStderr) => {
    const file = files.get(name) ?? open(name)
    file.write(`${line}\n`)
    if (verbose || isError(line, toStderr)) print(`[${name}] ${line}`)
  }
}

/** Structured lines have a level, and warnings are on stderr too. Any other line on stderr is an error. */
function isError(line: string, toStderr: boolean): boolean {
  if (!line.startsWith('{')) return toStderr
  try {
    const { level, errorType } = JSON.parse(line) as { level?: string; errorType?: string }
    return level === 'ERROR' || level === 'CRITICAL' || errorType !== undefined
  } catch {
    return toStderr
  }
}
