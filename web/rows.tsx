import type { ReactNode } from 'react'
import { createContext, useContext, useId } from 'react'
import { Button } from 'react-aria-components/Button'
import type { Rows } from './data.ts'
import { problemWords } from './notices.tsx'
import { type MessageKey, useWords } from './words.tsx'

/** The level of the rows' headings: one below the heading above them. */
const RowHeading = createContext<'h2' | 'h3'>('h2')

type SectionProps = {
  heading: ReactNode
  /** Whether the user should look at it first. */
  urgent?: boolean
  children: ReactNode
}

/** A part of a page, with a heading. */
export function Section({ heading, urgent = false, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={urgent ? 'urgent' : ''}>
      <h2 id={id}>{heading}</h2>
      <RowHeading value="h3">{children}</RowHeading>
    </section>
  )
}

type RowListProps<Row> = {
  list: Rows<Row>
  /** The rows to show, in this order. By default, all rows. */
  shown?: Row[] | undefined
  keyOf(row: Row): string
  /** What to do next if there are no rows. */
  empty: ReactNode
  children(row: Row): ReactNode
}

/** A list of rows in each of its states: first read, empty, failed, waiting for the network, and complete. */
export function RowList<Row>({ list, shown, keyOf, empty, children }: RowListProps<Row>) {
  const words = useWords()
  const rows = shown ?? list.rows
  if (!rows && list.failure !== undefined) return <Failure list={list} message="state.failed" />
  if (!rows) return list.waiting ? <p className="card state">{words.text('state.waiting')}</p> : <Skeleton />
  return (
    <>
      {rows.length === 0 ? (
        <p className="card empty">{empty}</p>
      ) : (
        <ul className="card rows">
          {rows.map((row) => (
            <li key={keyOf(row)}>{children(row)}</li>
          ))}
        </ul>
      )}
      {list.failure !== undefined && <Failure list={list} message="state.stale" />}
      {list.more && (
        <Button className="more" onPress={list.more}>
          {words.text('action.more')}
        </Button>
      )}
    </>
  )
}

type Group<Row> = { name: string; heading: ReactNode; rows: Row[] }
type RowGroupsProps<Row> = Omit<RowListProps<Row>, 'shown'> & { groups: Group<Row>[] }

/** The rows of a list in groups, each under its heading. An error and the button for more are after the last group. */
export function RowGroups<Row>({ groups, ...props }: RowGroupsProps<Row>) {
  if (groups.length === 0) return <RowList {...props} />
  const others = { ...props.list, failure: undefined, more: undefined }
  return groups.map(({ name, heading, rows }, at) => (
    <Section key={name} heading={heading}>
      <RowList {...props} list={at === groups.length - 1 ? props.list : others} shown={rows} />
    </Section>
  ))
}

function Failure<Row>({ list, message }: { list: Rows<Row>; message: MessageKey }) {
  const words = useWords()
  return (
    <div className="card state" role="alert">
      <p>
        <strong>{words.text(message)}</strong> {problemWords(words, list.failure)}
      </p>
      <Button onPress={list.retry}>{words.text('action.try-again')}</Button>
    </div>
  )
}

/** A placeholder during the first read. */
export function Skeleton() {
  const words = useWords()
  return (
    <div className="card skeleton" aria-busy="true">
      <p className="visually-hidden">{words.text('state.loading')}</p>
      {[1, 2, 3].map((row) => (
        <div key={row} />
      ))}
    </div>
  )
}

type RowProps = {
  /** The id of the title. */
  id: string
  /** The name whose initials are the avatar. Without a title, it is the title too. */
  name?: string
  title?: ReactNode
  status?: ReactNode
  facts: ReactNode[]
  note?: ReactNode
  actions?: ReactNode
}

/** One row: title, status, facts, a note on what must happen first, and actions. */
export function Row({ id, name, title, status, facts, note, actions }: RowProps) {
  const Heading = useContext(RowHeading)
  return (
    <div className="row">
      {name && (
        <span className="avatar" aria-hidden="true">
          {initialsOf(name)}
        </span>
      )}
      <div className="row-words">
        <Heading id={id}>{title ?? <bdi>{name}</bdi>}</Heading>
        {status}
        <p className="facts">
          {facts.map((fact, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a row's facts are always the same, in the same order.
            <span key={at}>{fact} </span>
          ))}
        </p>
        {note && <p className="note">{note}</p>}
      </div>
      {actions && <div className="actions">{actions}</div>}
    </div>
  )
}

/** The first letters of the first and the last word. */
function initialsOf(name: string): string {
  const [first, ...others] = [...name.matchAll(/(?<=^|\s)[\p{L}\p{N}]/gu)].map(([letter]) => letter)
  return `${first ?? ''}${others.at(-1) ?? ''}`.toLocaleUpperCase()
}

/** An e-mail address, with a badge if it is not confirmed. */
export function Address({ email, confirmed }: { email: string; confirmed: boolean }) {
  return (
    <>
      <bdi>{email}</bdi> {!confirmed && <Unconfirmed />}
    </>
  )
}

export function Unconfirmed() {
  const words = useWords()
  return <Badge tone="waiting">{words.text('status.unconfirmed')}</Badge>
}

type BadgeProps = { tone: 'waiting' | 'good' | 'over' | 'key' | 'plain'; children: ReactNode }

/** A word about the status of an object. */
export function Badge({ tone, children }: BadgeProps) {
  return <span className={`badge ${tone}`}>{children}</span>
}
