// The table of states, copied by hand from the words of the specification. The product has its own; this one is here
// to disagree with it.

export type State =
  | 'none'
  | 'pending'
  | 'rejected'
  | 'dismissed (request)'
  | 'dismissed (former partnership)'
  | 'accepted'

export const commands = [
  'send',
  'accept',
  'reject',
  'delete by the sender',
  'delete by the recipient',
] as const
export type Command = (typeof commands)[number]

/** What a command is answered, in short, and the state after it. */
export interface Outcome {
  answer: string
  next: State
}

const notFound = '404 not-found'
const notPending = '409 invitation-not-pending'

/** A cell with one entry is a refusal, or a success that changes nothing: the state stays. */
type Cell = [answer: string, next?: State]

const table: Record<State, Record<Command, Cell>> = {
  none: {
    send: ['201', 'pending'],
    accept: [notFound],
    reject: [notFound],
    'delete by the sender': [notFound],
    'delete by the recipient': [notFound],
  },
  pending: {
    send: ['409 invitation-pending'],
    accept: ['200', 'accepted'],
    reject: ['200', 'rejected'],
    'delete by the sender': ['204', 'none'],
    'delete by the recipient': ['204', 'dismissed (request)'],
  },
  rejected: {
    send: ['409 invitation-rejected'],
    accept: [notPending],
    reject: ['200'],
    'delete by the sender': ['409 recipient-must-delete-first'],
    'delete by the recipient': ['204', 'dismissed (request)'],
  },
  'dismissed (request)': {
    send: ['409 invitation-rejected'],
    accept: [notFound],
    reject: [notFound],
    'delete by the sender': ['204', 'none'],
    'delete by the recipient': [notFound],
  },
  'dismissed (former partnership)': {
    send: ['201', 'pending'],
    accept: [notFound],
    reject: [notFound],
    'delete by the sender': ['204', 'none'],
    'delete by the recipient': [notFound],
  },
  accepted: {
    send: ['409 already-partners'],
    accept: ['200'],
    reject: [notPending],
    'delete by the sender': ['409 already-partners'],
    'delete by the recipient': ['409 already-partners'],
  },
}

export function outcome(state: State, command: Command): Outcome {
  const [answer, next] = table[state][command]
  return { answer, next: next ?? state }
}

/** What each side sees of an invitation in a state: a status, or nothing. */
export function sight(state: State): { sender: string | null; recipient: string | null } {
  switch (state) {
    case 'none':
      return { sender: null, recipient: null }
    case 'dismissed (request)':
    case 'dismissed (former partnership)':
      return { sender: 'rejected', recipient: null }
    default:
      return { sender: state, recipient: state }
  }
}

function refusalOf(state: State, command: Command): string | null {
  const { answer } = outcome(state, command)
  return answer.startsWith('2') ? null : answer.slice(4)
}

/** The `actions` that an administrator of a side reads on an invitation in this state. */
export function actions(state: State, side: 'sender' | 'recipient'): Record<string, string | null> {
  if (side === 'sender') return { delete: refusalOf(state, 'delete by the sender') }
  return {
    accept: refusalOf(state, 'accept'),
    reject: refusalOf(state, 'reject'),
    delete: refusalOf(state, 'delete by the recipient'),
  }
}

/** One account's invitation to the other, and which of its lives this is. */
interface Life {
  state: State
  number: number
}

/** All that stands between Acme and Globex: Acme's invitation `there`, and Globex's `back`. */
export interface World {
  there: Life
  back: Life
}

/** A command of the table, or the end of the partnership by one side. All but `send` mean the invitation's first life. */
export interface Step {
  of: keyof World
  command: Command | 'end by the sender' | 'end by the recipient'
}

/** What one step does to a world. */
export function take(world: World, step: Step): { answer: string; world: World } {
  const life = world[step.of]
  const other = step.of === 'there' ? 'back' : 'there'
  if (step.command === 'end by the sender' || step.command === 'end by the recipient') {
    if (life.state !== 'accepted') return { answer: notFound, world }
    const state = step.command === 'end by the sender' ? 'none' : 'dismissed (former partnership)'
    return { answer: '204', world: { ...world, [step.of]: { ...life, state } } }
  }
  if (step.command === 'send') {
    if (world[other].state === 'accepted') return { answer: '409 already-partners', world }
    const { answer, next } = outcome(life.state, 'send')
    const number = answer === '201' ? life.number + 1 : life.number
    return { answer, world: { ...world, [step.of]: { state: next, number } } }
  }
  if (life.number !== 1) return { answer: notFound, world }
  const { answer, next } = outcome(life.state, step.command)
  const after = { ...world, [step.of]: { ...life, state: next } }
  if (next === 'accepted' && life.state !== 'accepted') after[other] = { ...world[other], state: 'none' }
  return { answer, world: after }
}

/** Some steps done by several clients: how often each, in the order of `steps`. */
export interface Serial {
  answers: string[][]
  world: World
}

/** What every serial order of these steps gives, `counts[i]` clients doing `steps[i]`: each step's answers, sorted. */
export function serialOrders(world: World, steps: Step[], counts: number[]): Serial[] {
  if (counts.every((count) => count === 0)) return [{ answers: steps.map(() => []), world }]
  return steps.flatMap((step, index) => {
    if (counts[index] === 0) return []
    const first = take(world, step)
    const rest = serialOrders(
      first.world,
      steps,
      counts.map((count, at) => (at === index ? count - 1 : count)),
    )
    return rest.map(({ answers, world: last }) => ({
      world: last,
      answers: answers.map((list, at) => (at === index ? [...list, first.answer].sort() : list)),
    }))
  })
}
