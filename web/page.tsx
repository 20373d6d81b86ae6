import { type ReactNode, useEffect, useRef } from 'react'
import { administers, users } from './api.ts'
import { useRows } from './data.ts'
import { type MessageKey, useWords } from './words.tsx'

type PageProps = { title: MessageKey; lead: MessageKey; action?: ReactNode; children: ReactNode }

let opened = false

/** A page with its heading, which gets the focus after a change of pages. */
export function Page({ title, lead, action, children }: PageProps) {
  const words = useWords()
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (opened) heading.current?.focus()
    opened = true
  }, [])
  return (
    <>
      <div className="page-head">
        <div>
          <h1 ref={heading} tabIndex={-1}>
            {words.text(title)}
          </h1>
          <p className="lead">{words.text(lead)}</p>
        </div>
        {action}
      </div>
      {children}
    </>
  )
}

const maxNames = 3

/** Tells other users which administrators can act. */
export function OnlyAdministrators() {
  const words = useWords()
  const { rows = [] } = useRows(users)
  const names = rows.filter(administers).map(({ name }) => name)
  const people = new Intl.ListFormat(words.locale, { type: 'disjunction' }).format(names.slice(0, maxNames))
  return (
    <p className="card aside">
      {names.length > 0
        ? words.say('page.only-administrators', { people })
        : words.text('page.only-an-administrator')}
    </p>
  )
}
