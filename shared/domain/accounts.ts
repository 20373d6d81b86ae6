import { type Refusal, refuse } from './refusals.ts'

/** The latest write by the host product to an account or a user. */
export type HostRecord = {
  /** The highest version that the host has written. It is not the user's own `version`. */
  hostVersion?: number | undefined
  /** A digest of the fields that the host wrote in that version. */
  hostDigest?: string | undefined
}

/** A write by the host product. */
export type HostWrite = { hostVersion: number; hostDigest: string }

/** Whether a host's write is the latest. Refusal: `version-reused` if an equal version has written something else. */
export function isNewer(write: HostWrite, last: HostRecord | undefined): boolean | Refusal {
  if (last?.hostVersion === undefined || last.hostVersion < write.hostVersion) return true
  const isReused = last.hostVersion === write.hostVersion && last.hostDigest !== write.hostDigest
  return isReused ? refuse('version-reused') : false
}

/** Creates or renames an account, unless the host's version is not higher than before. Refusal: `version-reused`. */
export function decidePutAccount<A extends HostRecord>(
  account: A | undefined,
  { name, write }: { name: string; write: HostWrite },
): { after: { name: string } & HostWrite } | { unchanged: A | undefined } | Refusal {
  const newer = isNewer(write, account)
  if (typeof newer !== 'boolean') return newer
  return newer ? { after: { name, ...write } } : { unchanged: account }
}
