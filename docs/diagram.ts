import { writeFileSync } from 'node:fs'
import {
  type Cell,
  type Command,
  moves,
  type Side,
  type State,
  shown,
  states,
  type Transition,
  transitions,
} from '../shared/domain/invitation.ts'

const stateNames: Record<State, string> = {
  none: 'none',
  pending: 'pending',
  rejected: 'rejected',
  'dismissed-request': 'dismissed (request)',
  'dismissed-partnership': 'dismissed (former partnership)',
  accepted: 'accepted',
  expired: 'expired',
}

const commandNames: Record<Command, string> = {
  send: 'send',
  accept: 'accept',
  reject: 'reject',
  'delete-by-sender': 'delete, by the sender',
  'delete-by-recipient': 'delete, by the recipient',
  'end-by-sender': 'delete the partner, by the sender',
  'end-by-recipient': 'delete the partner, by the recipient',
  resend: 'send again, by the sender',
}

const commands = Object.keys(commandNames) as Command[]

type Move = { from: State; command: Command } & Transition

const allMoves: Move[] = states.flatMap((from) =>
  commands.flatMap((command) => {
    const cell = transitions[from][command]
    return moves(cell) ? [{ from, command, ...cell }] : []
  }),
)

/** Mermaid's ids have no hyphen. `[*]` is the start and end. */
const nodeOf = (state: State) => (state === 'none' ? '[*]' : state.replace('-', '_'))

function diagram(): string {
  const nodes = states
    .filter((state) => state !== 'none')
    .map((state) => `  state "${stateNames[state]}" as ${nodeOf(state)}`)
  const arrows = allMoves.map(
    ({ from, command, next }) => `  ${nodeOf(from)} --> ${nodeOf(next)} : ${commandNames[command]}`,
  )
  const expiry = `  ${nodeOf('pending')} --> ${nodeOf('expired')} : days pass`
  return ['```mermaid', 'stateDiagram-v2', ...nodes, ...arrows, expiry, '```'].join('\n')
}

function table(head: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

function cellText(cell: Cell): string {
  if (moves(cell)) return `**${stateNames[cell.next]}**${cell.mail ? ', e-mail' : ''}`
  return 'refusal' in cell ? `\`${cell.refusal}\`` : 'no change'
}

const tableOfStates = () =>
  table(
    ['state', ...commands.map((command) => commandNames[command])],
    states.map((state) => [
      stateNames[state],
      ...commands.map((command) => cellText(transitions[state][command])),
    ]),
  )

const tableOfViews = () =>
  table(
    ['state', 'the sender sees', 'the recipient sees', 'the sender knows whose address it is'],
    states.map((state) => {
      const { sender, recipient, senderKnowsRecipient } = shown[state]
      const seen = (status: string | null) => status ?? 'nothing'
      return [stateNames[state], seen(sender), seen(recipient), senderKnowsRecipient ? 'yes' : 'no']
    }),
  )

const tableOfEvents = () =>
  table(
    ['from', 'command', 'to', 'in the sender’s log', 'in the recipient’s log', 'e-mail'],
    allMoves.map(({ from, command, next, events, mail }) => {
      const event = (side: Side) => (events[side] ? `\`${events[side]}\`` : '–')
      return [
        stateNames[from],
        commandNames[command],
        stateNames[next],
        event('sender'),
        event('recipient'),
        mail ? `\`${mail}\`` : '–',
      ]
    }),
  )

/** The page docs/states.md, in Markdown, as the table of states in `shared/domain/invitation.ts` has it now. */
export const statesPage = (): string => `# The states of an invitation

\`npm run diagram\` generates this page from \`transitions\` and \`shown\` in \`shared/domain/invitation.ts\`. Change the table
there. To add a state, follow the [checklist](architecture.md#add-a-state).

${diagram()}

## What each command does in each state

Bold text is the next state. A code is a refusal, which changes nothing.

${tableOfStates()}

## What each side sees

${tableOfViews()}

An accepted invitation is shown as a partner, and no longer as an invitation. A pending invitation becomes expired by
time alone: see [Expiry is computed](decisions/expiry-is-computed.md).

## The events and e-mail of each change

${tableOfEvents()}
`

if (import.meta.main) writeFileSync(new URL('states.md', import.meta.url), statesPage())
