import { useDeferredValue, useEffect, useState } from 'react'
import { Button } from 'react-aria-components/Button'
import { Input, Label, SearchField } from 'react-aria-components/SearchField'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import { api, type Contact, type ContactKind, contacts, dataOf } from './api.ts'
import { useAction, useMe, useRows } from './data.ts'
import { Confirm } from './dialogs.tsx'
import { OnlyAdministrators, Page } from './page.tsx'
import { Address, Badge, Row, RowGroups, RowList } from './rows.tsx'
import { type MessageKey, useWords } from './words.tsx'

const kinds = ['user', 'member'] as const satisfies ContactKind[]
const arrangements = ['person', 'account'] as const
type Arrangement = (typeof arrangements)[number]

/** The users of the account and of its partners. */
export function ContactsPage() {
  const words = useWords()
  const administrator = useMe().data?.administrator ?? false
  const [typed, setTyped] = useState('')
  const [kind, setKind] = useState<ContactKind>()
  const [arrangement, setArrangement] = useState<Arrangement>('person')
  const q = usePause(typed.trim())
  const list = useRows(contacts(kind, q))
  const rows = list.rows?.toSorted((one, other) => words.compare(one.name, other.name))
  const groups = [...Map.groupBy(rows ?? [], ({ accountId }) => accountId)]
    .map(([name, group]) => ({ name, account: group[0]?.accountName ?? name, rows: group }))
    .toSorted((one, other) => words.compare(one.account, other.account))
    .map((group) => ({ ...group, heading: <bdi>{group.account}</bdi> }))
  const noneKey = kind === 'member' ? 'contacts.no-members' : 'contacts.empty'
  const empty = q === '' ? words.say(noneKey) : words.say('contacts.none-found', { q })
  const row = (contact: Contact) => <ContactRow contact={contact} administrator={administrator} />
  return (
    <Page title="contacts.title" lead="contacts.lead" action={<Export kind={kind} q={q} />}>
      {!administrator && list.rows?.some(({ live }) => !live) && <OnlyAdministrators />}
      <div className="tools">
        <SearchField className="field search" value={typed} onChange={setTyped}>
          <Label>{words.text('contacts.search')}</Label>
          <Input dir="auto" maxLength={200} />
        </SearchField>
        <Choice
          label="contacts.kind"
          choices={[
            { value: 'all', words: words.text('contacts.kind.all') },
            ...kinds.map((value) => ({ value, words: words.text(`contacts.kind.${value}`) })),
          ]}
          chosen={kind ?? 'all'}
          onChoice={(value) => setKind(kinds.find((one) => one === value))}
        />
        <Choice
          label="contacts.by"
          choices={arrangements.map((value) => ({ value, words: words.text(`contacts.by.${value}`) }))}
          chosen={arrangement}
          onChoice={(value) => setArrangement(value === 'account' ? 'account' : 'person')}
        />
      </div>
      <p role="status" className="count">
        {rows && words.text(list.more ? 'contacts.count.more' : 'contacts.count', { count: rows.length })}
      </p>
      {arrangement === 'person' ? (
        <RowList list={list} shown={rows} keyOf={byId} empty={empty}>
          {row}
        </RowList>
      ) : (
        <RowGroups list={list} groups={groups} keyOf={byId} empty={empty}>
          {row}
        </RowGroups>
      )}
    </Page>
  )
}

const byId = ({ id }: Contact) => id

const pauseMilliseconds = 200

/** The last text after a pause in the typing, so that not every letter sends a request. */
function usePause(typed: string): string {
  const [paused, setPaused] = useState(typed)
  useEffect(() => {
    const timer = setTimeout(() => setPaused(typed), pauseMilliseconds)
    return () => clearTimeout(timer)
  }, [typed])
  return useDeferredValue(paused)
}

type ChoiceProps = {
  label: MessageKey
  choices: { value: string; words: string }[]
  chosen: string
  onChoice(value: string): void
}

/** A choice among a few values, as buttons side by side. */
function Choice({ label, choices, chosen, onChoice }: ChoiceProps) {
  const words = useWords()
  return (
    <ToggleButtonGroup
      className="choice"
      aria-label={words.text(label)}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={([key]) => key !== undefined && onChoice(String(key))}
    >
      {choices.map(({ value, words: shown }) => (
        <ToggleButton key={value} id={value}>
          {shown}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}

function ContactRow({ contact, administrator }: { contact: Contact; administrator: boolean }) {
  const words = useWords()
  const { id, kind, name, email, emailConfirmed, profile, accountName: account, live } = contact
  const title = `contact-${id}`
  const removal = useAction<void>({
    run: async () => dataOf(await api.DELETE('/v1/contacts/{id}', { params: { path: { id } } })),
    show: (shown) => shown.without<Contact>(['contacts'], (one) => one.id === id),
    done: () => words.say('contacts.remove.done', { name }),
    undone: () => words.say('contacts.remove.undone', { name }),
  })
  return (
    <Row
      id={title}
      name={name}
      status={
        live ? (
          <Badge tone={kind === 'user' ? 'plain' : 'good'}>{words.text(`contacts.status.${kind}`)}</Badge>
        ) : (
          <Badge tone="waiting">{words.text('contacts.status.former')}</Badge>
        )
      }
      facts={[
        <Address key="email" email={email} confirmed={emailConfirmed} />,
        words.text(`profile.${profile}`),
        <bdi key="account">{account}</bdi>,
      ]}
      actions={
        administrator &&
        !live && (
          <Confirm
            destructive
            action={words.text('action.remove')}
            about={title}
            title={words.say('contacts.remove.title', { name })}
            onConfirm={() => removal.mutate()}
          >
            <p>{words.say('contacts.remove.what', { name, account })}</p>
          </Confirm>
        )
      }
    />
  )
}

function Export({ kind, q }: { kind: ContactKind | undefined; q: string }) {
  const words = useWords()
  const save = useAction<void>({
    run: async () => download(await readCsv(kind, q)),
    done: () => words.say('contacts.export.done'),
    undone: () => words.say('contacts.export.undone'),
  })
  return (
    <Button isPending={save.isPending} onPress={() => save.mutate()}>
      {words.text('contacts.export')}
    </Button>
  )
}

/** Reads all parts of the file in order. */
async function readCsv(kind: ContactKind | undefined, q: string): Promise<Blob> {
  const parts: Blob[] = []
  let cursor: string | undefined
  do {
    const answer = await api.GET('/v1/contacts', {
      params: { query: { kind, q: q || undefined, cursor } },
      headers: { accept: 'text/csv' },
      parseAs: 'blob',
    })
    parts.push(dataOf(answer) as unknown as Blob)
    cursor = nextOf(answer.response)
  } while (cursor !== undefined)
  return new Blob(parts, { type: 'text/csv' })
}

/** The cursor in a header such as `Link: </v1/contacts?cursor=…>; rel="next"`. */
function nextOf({ headers }: Response): string | undefined {
  const link = /<([^>]*)>\s*;\s*rel="?next"?/.exec(headers.get('link') ?? '')?.[1]
  return link === undefined
    ? undefined
    : (new URL(link, location.origin).searchParams.get('cursor') ?? undefined)
}

function download(file: Blob) {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = 'contacts.csv'
  link.click()
  URL.revokeObjectURL(link.href)
}
