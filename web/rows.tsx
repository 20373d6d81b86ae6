import type { ReactNode } from 'react'
import { createContext, useContext, useId } from 'react'
import { Button } from 'react-aria-components/Button'
import type { Rows } from './data.ts'
import { problemWords } from './notices.tsx'
import { useWords } from './words.tsx'

/** The level of the headings of rows: one below what stands above them. */
const RowHeading = createContext<'h2' | 'h3'>('h2')

/** A part of a page: a heading, and what stands under it. */
export function Section({
  heading,
  aside,
  children,
}: {
  heading: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{heading}</h2>
        {aside}
      </div>
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
  if (list.failure !== undefined) {
    return (
      <div className="card state" role="alert">
        <p>
          <strong>{words.text('state.failed')}</strong> {problemWords(words, list.failure)}
        </p>
        <Button onPress={list.retry}>{words.text('action.try-again')}</Button>
      </div>
    )
  }
  if (!rows) return list.waiting ? <p className="card state">{words.text('state.waiting')}</p> : <Skeleton />
  if (rows.length === 0) return <div className="card state">{empty}</div>
  return (
    <>
      <ul className="card rows">
        {rows.map((row) => (
          <li key={keyOf(row)}>{children(row)}</li>
        ))}
      </ul>
      {list.more && (
        <Button className="more" onPress={list.more}>
          {words.text('action.more')}
        </Button>
      )}
    </>
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
  title: ReactNode
  status?: ReactNode
  facts?: ReactNode
  note?: ReactNode
  actions?: ReactNode
}

/** One row: what it is, how it stands, what is known of it, what has to happen first, and what can be done. */
export function Row({ id, title, status, facts, note, actions }: RowProps) {
  const Heading = useContext(RowHeading)
  return (
    <div className="row">
      <div className="row-words">
        <Heading id={id}>{title}</Heading>
        {status}
        {facts && <p className="facts">{facts}</p>}
        {note && <p className="note">{note}</p>}
      </div>
      {actions && <div className="actions">{actions}</div>}
    </div>
  )
}

/** A word on how something stands. */
export function Badge({
  tone,
  children,
}: {
  tone: 'waiting' | 'good' | 'over' | 'plain'
  children: ReactNode
}) {
  return <span className={`badge ${tone}`}>{children}</span>
}
