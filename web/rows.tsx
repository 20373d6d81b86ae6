import type { ReactNode } from 'react'
import { createContext, useContext, useId } from 'react'
import { Button } from 'react-aria-components/Button'
import type { Rows } from './data.ts'
import { problemWords } from './notices.tsx'
import { type MessageKey, useWords } from './words.tsx'

/** The level of the headings of rows: one below what stands above them. */
const RowHeading = createContext<'h2' | 'h3'>('h2')

type SectionProps = {
  heading: ReactNode
  /** Whether it is what the reader should see to first. */
  wanted?: boolean
  children: ReactNode
}

/** A part of a page: a heading, and what stands under it. */
export function Section({ heading, wanted = false, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className={wanted ? 'wanted' : ''}>
      <h2 id={id}>{heading}</h2>
      <RowHeading value="h3">{children}</RowHeading>
    </section>
  )
}

type RowListProps<Row> = {
  list: Rows<Row>
  /** What is shown, in this order, where that is not simply all of the rows. */
  shown?: Row[] | undefined
  keyOf(row: Row): string
  /** What to do next, where there are none. */
  empty: ReactNode
  children(row: Row): ReactNode
}

/** A list of rows in each of its states: read for the first time, empty, failed, waiting for the network, and there. */
export function RowList<Row>({ list, shown, keyOf, empty, children }: RowListProps<Row>) {
  const words = useWords()
  const rows = shown ?? list.rows
  if (!rows && list.failure !== undefined) return <Failure list={list} said="state.failed" />
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
      {list.failure !== undefined && <Failure list={list} said="state.stale" />}
      {list.more && (
        <Button className="more" onPress={list.more}>
          {words.text('action.more')}
        </Button>
      )}
    </>
  )
}

type Group<Row> = { name: string; heading: ReactNode; rows: Row[] }

/** The rows of a list in groups, each under its heading. What concerns the whole list stands at the end of the last. */
export function RowGroups<Row>({
  groups,
  ...props
}: Omit<RowListProps<Row>, 'shown'> & { groups: Group<Row>[] }) {
  if (groups.length === 0) return <RowList {...props} />
  const others = { ...props.list, failure: undefined, more: undefined }
  return groups.map(({ name, heading, rows }, at) => (
    <Section key={name} heading={heading}>
      <RowList {...props} list={at === groups.length - 1 ? props.list : others} shown={rows} />
    </Section>
  ))
}

function Failure<Row>({ list, said }: { list: Rows<Row>; said: MessageKey }) {
  const words = useWords()
  return (
    <div className="card state" role="alert">
      <p>
        <strong>{words.text(said)}</strong> {problemWords(words, list.failure)}
      </p>
      <Button onPress={list.retry}>{words.text('action.try-again')}</Button>
    </div>
  )
}

/** In place of what is read for the first time. */
export function Skeleton() {
  const words = useWords()
  return (
    <div className="card skeleton" aria-busy="true">
      <p className="unseen">{words.text('state.loading')}</p>
      {[1, 2, 3].map((row) => (
        <div key={row} />
      ))}
    </div>
  )
}

type RowProps = {
  /** For what stands elsewhere in the row to refer to its title by. */
  id: string
  /** Whose initials stand in front. */
  mark?: string
  title: ReactNode
  status?: ReactNode
  facts: ReactNode[]
  note?: ReactNode
  actions?: ReactNode
}

/** One row: what it is, how it stands, what is known of it, what has to happen first, and what can be done. */
export function Row({ id, mark, title, status, facts, note, actions }: RowProps) {
  const Heading = useContext(RowHeading)
  return (
    <div className="row">
      {mark && (
        <span className="mark" aria-hidden="true">
          {initialsOf(mark)}
        </span>
      )}
      <div className="row-words">
        <Heading id={id}>{title}</Heading>
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

/** An e-mail address, marked where its reader has not shown yet that they read it. */
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

/** A word on how something stands. */
export function Badge({
  tone,
  children,
}: {
  tone: 'waiting' | 'good' | 'over' | 'key' | 'plain'
  children: ReactNode
}) {
  return <span className={`badge ${tone}`}>{children}</span>
}
