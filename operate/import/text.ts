import { closeSync, createReadStream, openSync, readSync } from 'node:fs'

const encodings = {
  'utf-8': 'UTF-8',
  'utf-16le': 'UTF-16',
  'utf-16be': 'UTF-16',
} as const
export type Encoding = keyof typeof encodings

export const encodingName = (encoding: Encoding): string => encodings[encoding]

/** UTF-16 if the file has its byte order mark, else UTF-8. */
export function encodingOf(file: string): Encoding {
  const mark = Buffer.alloc(2)
  const opened = openSync(file, 'r')
  try {
    readSync(opened, mark, 0, mark.length, 0)
  } finally {
    closeSync(opened)
  }
  if (mark[0] === 0xff && mark[1] === 0xfe) return 'utf-16le'
  if (mark[0] === 0xfe && mark[1] === 0xff) return 'utf-16be'
  return 'utf-8'
}

/** Streams a file's text without byte order mark. Throws with the line of bytes that are cut off or not decodable. */
export async function* readText(file: string, encoding: Encoding): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let parts = 0
  try {
    for await (const chunk of createReadStream(file)) {
      yield decoder.decode(chunk, { stream: true })
      parts++
    }
    yield decoder.decode()
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new Error(await describeBadBytes(file, encoding, parts), { cause: error })
  }
}

/** Decodes the file again, the part that can't be decoded byte by byte, to find the line. */
async function describeBadBytes(file: string, encoding: Encoding, goodParts: number): Promise<string> {
  const decoder = new TextDecoder(encoding, { fatal: true })
  let line = 1
  let last = ''
  const count = (text: string) => {
    for (const character of text) {
      if (character === '\r' || (character === '\n' && last !== '\r')) line++
      last = character
    }
  }
  let part = 0
  try {
    for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
      if (part++ < goodParts) count(decoder.decode(chunk, { stream: true }))
      else for (const byte of chunk) count(decoder.decode(Uint8Array.of(byte), { stream: true }))
    }
  } catch {
    return `Line ${line}: this is not ${encodingName(encoding)}. Save the file as UTF-8, in Excel as "CSV UTF-8".`
  }
  return `Line ${line}: the file ends in the middle of a character. It seems to be cut off: export or copy it again.`
}
