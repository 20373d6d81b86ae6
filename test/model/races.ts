import { type Command, outcome, type State, sight } from './states.ts'

/** One account's invitation to the other, and which sending this is. */
type Sending = { state: State; number: number }

/** All that stands between Acme and Globex: Acme's invitation `there`, and Globex's `back`. */
export type World = { there: Sending; back: Sending }

/**
 * A command, or the end of the partnership by one side. All but `send` mean the invitation's first sending. `late`: by the
 * clock of whoever gives it, the first sending has expired.
 */
export type Step = { of: keyof World; command: Command; late?: true }

/** By Acme's ada and bill, Globex's bo and gun: all of them administrators. */
export type Side = Step & { by: 'ada' | 'bill' | 'bo' | 'gun' }

/** Two commands that are given at once, in a world where both may be given. */
export type Race = { name: string; before: World; sides: [Side, Side] }

const none = { state: 'none', number: 0 } as const
const pending = { state: 'pending', number: 1 } as const
const only = (state: State): World => ({ there: { state, number: 1 }, back: none })
const nothing = { there: none, back: none }
const crossing = { there: pending, back: pending }

const side = (by: Side['by'], command: Command, of: keyof World = 'there'): Side => ({ by, command, of })

const late = (by: Side['by'], command: Command): Side => ({ ...side(by, command), late: true })

const race = (before: World, ...sides: [Side, Side]): Race => {
  const [one, other] = sides.map(
    ({ by, command, of, late }) => `${command} of ${of} by ${by}${late ? ', late' : ''}`,
  )
  return { name: `${before.there.state}, ${before.back.state}: ${one} against ${other}`, before, sides }
}

export const racesOfAnswers: Race[] = [
  race(only('pending'), side('bo', 'accept'), side('gun', 'reject')),
  race(only('pending'), side('ada', 'delete-by-sender'), side('bo', 'accept')),
  race(only('pending'), side('gun', 'delete-by-recipient'), side('bo', 'accept')),
  race(only('pending'), side('ada', 'delete-by-sender'), side('bill', 'send')),
  race(only('pending'), side('bo', 'accept'), side('gun', 'accept')),
  race(only('pending'), side('bo', 'accept'), side('ada', 'resend')),
]

/** Clocks differ, so that an invitation has expired for one side and not for the other. */
export const racesOfExpiry: Race[] = [
  race(only('pending'), side('bo', 'accept'), late('ada', 'send')),
  race(only('pending'), side('bo', 'accept'), late('ada', 'resend')),
  race(only('pending'), side('bo', 'accept'), late('gun', 'accept')),
  race(only('pending'), side('bo', 'reject'), late('ada', 'send')),
  race(only('pending'), side('bo', 'reject'), late('ada', 'resend')),
  race(only('pending'), side('bo', 'reject'), late('gun', 'reject')),
  race(only('pending'), side('bo', 'delete-by-recipient'), late('ada', 'delete-by-sender')),
]

export const racesOfSendingsAndEnds: Race[] = [
  race(crossing, side('bo', 'accept'), side('ada', 'accept', 'back')),
  race(nothing, side('ada', 'send'), side('bill', 'send')),
  race(nothing, side('ada', 'send'), side('bo', 'send', 'back')),
  race(only('rejected'), side('ada', 'delete-by-sender'), side('gun', 'delete-by-recipient')),
  race(only('accepted'), side('ada', 'end-by-sender'), side('bo', 'end-by-recipient')),
]

/** What one step does to a world. */
export function take(world: World, { of, command, late }: Step): { answer: string; world: World } {
  const other = of === 'there' ? 'back' : 'there'
  const { number } = world[of]
  const state = late && world[of].state === 'pending' && number === 1 ? 'expired' : world[of].state
  const isLater = number !== 1 && !command.startsWith('end') && command !== 'send'
  if (command === 'send' || (command === 'resend' && !isLater)) {
    const { answer, next } = outcome(world[other].state === 'accepted' ? 'accepted' : state, command)
    if (!answer.startsWith('2')) return { answer, world }
    return { answer, world: { ...world, [of]: { state: next, number: number + 1 } } }
  }
  const { answer, next } = outcome(isLater ? 'none' : state, command)
  if (isLater) return { answer, world }
  if (!answer.startsWith('2')) return { answer, world }
  const after = { ...world, [of]: { state: next, number } }
  if (next === 'accepted' && state !== 'accepted') after[other] = { ...world[other], state: 'none' }
  return { answer, world: after }
}

/** Some steps done by several clients: how each was answered, in the order of the steps, sorted. */
type Order = { answers: string[][]; world: World }

/** What every order of these steps gives, one after the other, with `counts[i]` clients doing `steps[i]`. */
function ordersOf(world: World, steps: Step[], counts: number[]): Order[] {
  if (counts.every((count) => count === 0)) return [{ answers: steps.map(() => []), world }]
  return steps.flatMap((step, index) => {
    if (counts[index] === 0) return []
    const first = take(world, step)
    const left = counts.map((count, at) => (at === index ? count - 1 : count))
    return ordersOf(first.world, steps, left).map(({ answers, world: last }) => ({
      world: last,
      answers: answers.map((list, at) => (at === index ? [...list, first.answer].sort() : list)),
    }))
  })
}

/**
 * The world after a race, from what each side's clients were answered.
 *
 * @throws unless some order of the clients, one after the other, explains the answers, and all such orders end alike
 */
export function worldAfter({ before, sides }: Race, answers: string[][]): World {
  const counted = answers.map((side) => side.filter((answer) => answer !== '409 conflict').sort())
  const seen = JSON.stringify(counted)
  const counts = counted.map(({ length }) => length)
  const explanations = ordersOf(before, sides, counts).filter(
    (order) => JSON.stringify(order.answers) === seen,
  )
  const [world, ...others] = new Set(explanations.map((order) => JSON.stringify(order.world)))
  if (world === undefined || others.length > 0)
    throw new Error(`${others.length + (world ? 1 : 0)} worlds explain the answers ${seen}`)
  return JSON.parse(world)
}

/** What the lists of an account hold, a line for each item, such as "bo@globex.example pending" and "globex us". */
export type Lists = { sent: string[]; received: string[]; partners: string[] }

/** What both accounts' lists hold in a world; `names` are the accounts' ids and the addresses of ada and bo. */
export function listsIn(
  { there, back }: World,
  names: Record<'acme' | 'globex' | 'ada' | 'bo', string>,
): Record<'acme' | 'globex', Lists> {
  const acme: Lists = { sent: [], received: [], partners: [] }
  const globex: Lists = { sent: [], received: [], partners: [] }
  for (const [{ state }, email, senders, recipients, from, to] of [
    [there, names.bo, acme, globex, names.acme, names.globex],
    [back, names.ada, globex, acme, names.globex, names.acme],
  ] as const) {
    const seen = sight(state)
    if (state === 'accepted') {
      senders.partners.push(`${to} us`)
      recipients.partners.push(`${from} them`)
    } else {
      if (seen.sender) senders.sent.push(`${email} ${seen.sender}`)
      if (seen.recipient) recipients.received.push(`${from} ${email} ${seen.recipient}`)
    }
  }
  return { acme, globex }
}
