import { activity, type Event } from './api.ts'
import { useMe, useRows } from './data.ts'
import { Page } from './page.tsx'
import { RowList, Section } from './rows.tsx'
import { useWords, type Words } from './words.tsx'

/** The account log, in sentences, a day at a time. */
export function ActivityPage() {
  const words = useWords()
  const account = useMe().data?.account.id
  const list = useRows(activity)
  const day = new Intl.DateTimeFormat(words.locale, { dateStyle: 'full' })
  const days = Map.groupBy(list.rows ?? [], ({ at }) => day.format(new Date(at)))
  return (
    <Page title="activity.title" lead="activity.lead">
      {list.rows?.length ? (
        [...days].map(([heading, events], at) => (
          <Section key={heading} heading={heading}>
            <RowList
              list={at === days.size - 1 ? list : { ...list, more: undefined }}
              shown={events}
              keyOf={({ id }) => id}
              empty={null}
            >
              {(event) => <Sentence event={event} ours={event.by?.accountId === account} words={words} />}
            </RowList>
          </Section>
        ))
      ) : (
        <RowList list={list} keyOf={({ id }) => id} empty={<p>{words.text('activity.empty')}</p>}>
          {() => null}
        </RowList>
      )}
    </Page>
  )
}

/** What happened, who did it as far as we may know, and the time of day. */
function Sentence({
  event: { type, at, by, email, partner },
  ours,
  words,
}: {
  event: Event
  ours: boolean
  words: Words
}) {
  const when = new Date(at)
  const who = by?.userName ?? by?.accountName ?? words.text('activity.invited-account')
  return (
    <p className="event">
      <span>
        {words.say(`activity.${type}`, {
          ours: ours ? 'yes' : 'no',
          known: partner ? 'yes' : 'no',
          who,
          email: email ?? '',
          partner: partner?.accountName ?? '',
        })}
      </span>
      <time dateTime={at}>{new Intl.DateTimeFormat(words.locale, { timeStyle: 'short' }).format(when)}</time>
    </p>
  )
}
