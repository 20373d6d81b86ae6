import { type ReactNode, useEffect, useRef } from 'react'
import { users } from './api.ts'
import { useRows } from './data.ts'
import { type MessageKey, useWords } from './words.tsx'

type PageProps = { title: MessageKey; lead: MessageKey; action?: ReactNode; children: ReactNode }

let opened = false

/** A page: its heading, which takes the focus when one comes from another page, and what stands under it. */
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

const named = 3

/** Tells one who may only look who it is that may act. */
export function OnlyAdministrators() {
  const words = useWords()
  const { rows = [] } = useRows(users)
  const names = rows
    .filter(({ profile }) => profile === 'administrator' || profile === 'billing-administrator')
    .map(({ name }) => name)
  const people = new Intl.ListFormat(words.locale, { type: 'disjunction' }).format(names.slice(0, named))
  return (
    <p className="card aside">
      {names.length > 0
        ? words.say('page.only-administrators', { people })
        : words.text('page.only-an-administrator')}
    </p>
  )
}
