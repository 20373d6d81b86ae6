import type { Operation } from './document.ts'

/** A request before it is spelled. Parameters are plain text here, the body is a value. */
export type Draft = {
  operation: Operation
  /** Who calls, by name. */
  caller: string
  params: Record<string, string>
  query: [string, string][]
  headers: Record<string, string>
  json?: unknown
  /** Which mutations it has been through. */
  mutations: string[]
}

/** A request as it is sent: path and query are escaped, header names are in lower case. */
export type Wire = {
  method: string
  target: string
  headers: Record<string, string>
  body?: Buffer | undefined
}
