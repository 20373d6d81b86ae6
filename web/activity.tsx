import { activity, type Event } from './api.ts'
import { useMe, useRows } from './data.ts'
import { Page } from './page.tsx'
import { RowGroups } from './rows.tsx'
import { useWords, type Words } from './words.tsx'

/** The account log, as sentences, grouped by day. */
export function ActivityPage() {
  const words = useWords()
  const account = useMe().data?.account.id
  const list = useRows(activity)
  const day = new Intl.DateTimeFormat(words.locale, { dateStyle: 'full' })
  const days = [...Map.groupBy(list.rows ?? [], ({ at }) => day.format(new Date(at)))]
  const groups = days.map(([name, rows]) => ({ name, heading: name, rows }))
  return (
    <Page title="activity.title" lead="activity.lead">
      <RowGroups list={list} groups={groups} keyOf={({ id }) => id} empty={words.say('activity.empty')}>
        {(event) => <Sentence event={event} ours={event.by?.accountId === account} words={words} />}
      </RowGroups>
    </Page>
  )
}

type SentenceProps = { event: Event; ours: boolean; words: Words }

/** What happened, who did it (if the account may know), and the time of day. */
function Sentence({ event: { type, at, by, email, partner }, ours, words }: SentenceProps) {
  const when = new Date(at)
  const key = `activity.${type}`
  const who = by?.userName ?? by?.accountName ?? words.text('activity.invited-account')
  return (
    <p className="event">
      <span>
        {words.say(words.has(key) ? key : 'activity.unknown', {
          ours: ours ? 'yes' : 'no',
          known: partner ? 'yes' : 'no',
          who,
          type,
          email: email ?? '',
          partner: partner?.accountName ?? '',
        })}
      </span>
      <time dateTime={at}>{new Intl.DateTimeFormat(words.locale, { timeStyle: 'short' }).format(when)}</time>
    </p>
  )
}
