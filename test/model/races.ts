import { type Step, serialOrders, sight, type World } from './states.ts'

/** Acme's ada and bill, Globex's bo and gun: all of them administrators. */
type Racer = 'ada' | 'bill' | 'bo' | 'gun'
export type Side = Step & { by: Racer }

/** Two commands that are given at once, in a world where both may be given. */
export type Race = { name: string; before: World; sides: [Side, Side] }

const none = { state: 'none', number: 0 } as const
const pending = { state: 'pending', number: 1 } as const
const onePending = { there: pending, back: none }

export const racesOfAnswers: Race[] = [
  {
    name: 'accept against reject, by two administrators',
    before: onePending,
    sides: [
      { by: 'bo', of: 'there', command: 'accept' },
      { by: 'gun', of: 'there', command: 'reject' },
    ],
  },
  {
    name: 'delete by the sender against accept',
    before: onePending,
    sides: [
      { by: 'ada', of: 'there', command: 'delete by the sender' },
      { by: 'bo', of: 'there', command: 'accept' },
    ],
  },
  {
    name: 'delete by the recipient against accept',
    before: onePending,
    sides: [
      { by: 'gun', of: 'there', command: 'delete by the recipient' },
      { by: 'bo', of: 'there', command: 'accept' },
    ],
  },
  {
    name: 'delete by the sender against sending again',
    before: onePending,
    sides: [
      { by: 'ada', of: 'there', command: 'delete by the sender' },
      { by: 'bill', of: 'there', command: 'send' },
    ],
  },
  {
    name: 'several accepts',
    before: onePending,
    sides: [
      { by: 'bo', of: 'there', command: 'accept' },
      { by: 'gun', of: 'there', command: 'accept' },
    ],
  },
]

export const racesOfSendingsAndEnds: Race[] = [
  {
    name: 'two accepts of invitations crossing each other',
    before: { there: pending, back: pending },
    sides: [
      { by: 'bo', of: 'there', command: 'accept' },
      { by: 'ada', of: 'back', command: 'accept' },
    ],
  },
  {
    name: 'send against send, to the same address',
    before: { there: none, back: none },
    sides: [
      { by: 'ada', of: 'there', command: 'send' },
      { by: 'bill', of: 'there', command: 'send' },
    ],
  },
  {
    name: 'send against send, crossing each other',
    before: { there: none, back: none },
    sides: [
      { by: 'ada', of: 'there', command: 'send' },
      { by: 'bo', of: 'back', command: 'send' },
    ],
  },
  {
    name: 'delete by the sender against delete by the recipient, after a rejection',
    before: { there: { state: 'rejected', number: 1 }, back: none },
    sides: [
      { by: 'ada', of: 'there', command: 'delete by the sender' },
      { by: 'gun', of: 'there', command: 'delete by the recipient' },
    ],
  },
  {
    name: 'the partner deleted by both sides',
    before: { there: { state: 'accepted', number: 1 }, back: none },
    sides: [
      { by: 'ada', of: 'there', command: 'end by the sender' },
      { by: 'bo', of: 'there', command: 'end by the recipient' },
    ],
  },
]

/**
 * The world after a race, from what each side's clients were answered.
 *
 * @throws unless some order of the clients, one after the other, explains the answers, and all such orders end alike
 */
export function worldAfter({ before, sides }: Race, answers: string[][]): World {
  const told = answers.map((side) => side.filter((answer) => answer !== '409 conflict').sort())
  const seen = JSON.stringify(told)
  const explanations = serialOrders(
    before,
    sides,
    told.map((side) => side.length),
  ).filter((order) => JSON.stringify(order.answers) === seen)
  const [world, ...others] = new Set(explanations.map((order) => JSON.stringify(order.world)))
  if (world === undefined || others.length > 0)
    throw new Error(`${others.length + (world ? 1 : 0)} worlds explain the answers ${seen}`)
  return JSON.parse(world)
}

/** What the lists of an account hold, a line for each item, such as "bo@globex.example pending" and "globex us". */
type Lists = { sent: string[]; received: string[]; partners: string[] }

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
