import { syncBuiltinESMExports } from 'node:module'
import timers from 'node:timers'

/** Fifteen seconds, so that invitations expire within a run. */
export const invitationDays = 15 / 86_400

/** What code that is simulated gets for the clock, for timers and for chance. */
export type Host = {
  /** Milliseconds since the epoch, on the clock of whoever is running. */
  clock(): number
  after(milliseconds: number, call: () => void): object
  cancel(timer: object): void
  /** From 0 to below 1. */
  chance(): number
}

const RealDate = Date

let host: Host = { clock: () => 0, after: () => ({}), cancel: () => {}, chance: () => 0 }

/** Lets another host answer from now on. */
export function hostedBy(next: Host) {
  host = next
}

class HostedDate extends RealDate {
  constructor(...given: [] | [number | string | Date]) {
    if (given.length === 0) super(host.clock())
    else super(...given)
  }

  static override now(): number {
    return host.clock()
  }
}

/** A UUID of version 7, of the host's time and chance. */
function newId(): string {
  const hex = (bits: number) =>
    Math.floor(host.chance() * 2 ** bits)
      .toString(16)
      .padStart(bits / 4, '0')
  const time = Math.floor(host.clock()).toString(16).padStart(12, '0')
  return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(12)}-8${hex(12)}-${hex(48)}`
}

/** Takes the place of this thread's clock, timers, chance and ids, for all modules that are loaded from now on. */
export function takeOver() {
  const after = (call: () => void, milliseconds = 0) => host.after(milliseconds, call)
  const cancel = (timer: object) => host.cancel(timer)
  Object.assign(globalThis, {
    Date: HostedDate,
    setTimeout: after,
    clearTimeout: cancel,
    simulatedId: newId,
  })
  Math.random = () => host.chance()
  // Middy takes its timer from here.
  Object.assign(timers, { setTimeout: after, clearTimeout: cancel })
  syncBuiltinESMExports()
}
