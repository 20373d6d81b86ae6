import type { Random } from '../kit/random.ts'

export const faultKinds = [
  'throttled',
  'throttled at every try',
  'conflict',
  'server error',
  'request lost',
  'request late',
  'answer lost',
  'answer cut short',
  'transaction in pieces',
  'function killed',
  'function out of time',
  'batch delivered twice',
  'batch delivered again while in work',
  'record given up and redriven',
  'shard split',
  'time passes',
  'queue out of reach',
  'answer of the queue lost',
  'message delivered twice',
  'message not deleted',
  'message kept and redriven',
  'mail refused',
  'answer about a mail lost',
] as const

export type FaultKind = (typeof faultKinds)[number]

/** How rough a run is. */
export type Weather = {
  /** Of a step to go wrong. */
  faultRate: number
  /** After so many, nothing goes wrong any more. */
  faults: number
  kinds: ReadonlySet<FaultKind>
  /** Of a transaction to show in pieces. */
  pieces: number
  /** Of an effect's call to hang for seconds. */
  hangs: number
  /** No clock is further from the true one, in milliseconds. */
  skew: number
  /** How long indexes and reads that aren't consistent may lag, in milliseconds. */
  lag: number
  /** Of a step to take seconds. */
  slowness: number
}

/** From calm to stormy. */
export function someWeather(random: Random): Weather {
  return {
    faultRate: random.pick([0, 0.01, 0.03, 0.1, 0.3]),
    faults: random.below(16),
    kinds: someKinds(random),
    hangs: random.pick([0, 0, 0.02, 0.4]),
    pieces: random.pick([0, 0.1, 0.5]),
    skew: random.pick([0, 200, 900]),
    lag: random.pick([0, 50, 2_000]),
    slowness: random.pick([0, 0, 0.02]),
  }
}

/** All, or a few that then come often. */
function someKinds(random: Random): Set<FaultKind> {
  if (random.chance(0.5)) return new Set(faultKinds)
  return new Set(faultKinds.filter(() => random.chance(0.3)))
}
