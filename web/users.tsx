import { Fragment } from 'react'
import { Button } from 'react-aria-components/Button'
import { administers, api, dataOf, type Me, type User, users } from './api.ts'
import { useAction, useMe, useOnce, useRows } from './data.ts'
import { ChoiceField, Confirm, type Faults, FormDialog, LineField } from './dialogs.tsx'
import { OnlyAdministrators, Page } from './page.tsx'
import { Address, Badge, Row, RowList, Unconfirmed } from './rows.tsx'
import { languages, useWords, type Words } from './words.tsx'

type Profile = User['profile']
const profiles = [
  'billing-administrator',
  'administrator',
  'supervisor',
  'manager',
  'observer',
] as const satisfies Profile[]

const fields = {
  name: [],
  email: ['invalid-email', 'email-taken'],
  profile: ['last-administrator'],
  locale: [],
} as const

/** The address that is not confirmed yet, or null. */
const unconfirmed = ({ email, emailConfirmed, pendingEmail }: User): string | null =>
  emailConfirmed ? pendingEmail : email

type Filled = { name: string; email: string; profile: Profile; locale: string }

/** The users of the account. */
export function UsersPage() {
  const words = useWords()
  const me = useMe().data
  const list = useRows(users)
  const rows = list.rows?.toSorted((one, other) => words.compare(one.name, other.name))
  const administrators = list.rows?.filter(administers).length ?? 0
  return (
    <Page title="users.title" lead="users.lead" action={me?.administrator && <AddUser />}>
      {me && !me.administrator && <OnlyAdministrators />}
      {list.rows?.some(unconfirmed) && <p className="card aside">{words.say('users.unconfirmed')}</p>}
      <RowList list={list} shown={rows} keyOf={({ id }) => id} empty={words.say('users.empty')}>
        {(user) => (
          <UserRow user={user} me={me} last={administrators === 1 && !list.more && administers(user)} />
        )}
      </RowList>
    </Page>
  )
}

function AddUser() {
  const words = useWords()
  const add = useAction({
    run: useOnce(async (body: Filled, header) =>
      dataOf(await api.POST('/v1/users', { body, params: { header } })),
    ),
    showDone: (shown, user) => shown.first(users, user),
    done: ({ name }, { email }) => words.say('users.add.done', { name, email }),
  })
  return (
    <FormDialog<Filled>
      primary
      action={words.text('users.add')}
      title={words.text('users.add')}
      submit={words.text('users.add.submit')}
      fields={fields}
      onSubmit={(filled) => add.mutateAsync(filled)}
    >
      {(faults) => <UserFields faults={faults} words={words} />}
    </FormDialog>
  )
}

type UserFieldsProps = {
  faults: Faults
  words: Words
  user?: User
  last?: boolean
}

function UserFields({ faults, words, user, last = false }: UserFieldsProps) {
  const locale = user?.locale ?? words.language
  const tags = [...new Set([...languages, locale])]
  const names = new Intl.DisplayNames(words.locale, { type: 'language' })
  return (
    <>
      <LineField name="name" label="field.name" fault={faults.name} value={user?.name ?? ''} />
      <LineField
        name="email"
        type="email"
        label="field.email"
        fault={faults.email}
        hint="users.email.hint"
        value={(user && (user.pendingEmail ?? user.email)) ?? ''}
      />
      <ChoiceField
        name="profile"
        label="field.profile"
        hint={last ? 'users.last' : 'users.profile.hint'}
        fault={faults.profile}
        value={user?.profile ?? 'manager'}
        choices={profiles.map((value) => ({ value, words: words.text(`profile.${value}`) }))}
      />
      <ChoiceField
        name="locale"
        label="field.language"
        hint="users.language.hint"
        fault={faults.locale}
        value={locale}
        choices={tags.map((value) => ({ value, words: names.of(value) ?? value }))}
      />
    </>
  )
}

function UserRow({ user, me, last }: { user: User; me: Me | undefined; last: boolean }) {
  const words = useWords()
  const { id, name, email, emailConfirmed, pendingEmail, profile } = user
  const waiting = unconfirmed(user)
  const title = `user-${id}`
  const path = { params: { path: { id } } }
  const change = useAction({
    run: async (body: Partial<Filled>) => dataOf(await api.PATCH('/v1/users/{id}', { body, ...path })),
    showDone: (shown, changed) => shown.changed<User>(users.key, (one) => (one.id === id ? changed : one)),
    done: (body, changed) => {
      const waits = body.email === undefined ? null : unconfirmed(changed)
      if (waits === null) return words.say('users.change.done', { name })
      return changed.pendingEmail === null
        ? words.say('users.change.done.address', { name, email: waits })
        : words.say('users.change.done.pending', { name, email: waits, old: changed.email })
    },
  })
  const resending = useAction({
    run: async (_: string) => dataOf(await api.POST('/v1/users/{id}/confirmation', path)),
    done: (to) => words.say('users.resend.done', { email: to }),
    undone: (to) => words.say('users.resend.undone', { email: to }),
  })
  const removal = useAction<void>({
    run: async () => dataOf(await api.DELETE('/v1/users/{id}', path)),
    show: (shown) => shown.without<User>(users.key, (one) => one.id === id),
    done: () => words.say('users.remove.done', { name }),
    undone: () => words.say('users.remove.undone', { name }),
  })
  return (
    <Row
      id={title}
      name={name}
      title={
        <>
          <bdi>{name}</bdi>
          {me?.user.id === id && <span className="you"> {words.text('users.you')}</span>}
        </>
      }
      status={<Badge tone={administers(user) ? 'key' : 'plain'}>{words.text(`profile.${profile}`)}</Badge>}
      facts={[
        <Address key="email" email={email} confirmed={emailConfirmed} />,
        ...(pendingEmail === null
          ? []
          : [
              <Fragment key="pending">
                {words.say('users.pending', { email: pendingEmail })} <Unconfirmed />
              </Fragment>,
            ]),
      ]}
      note={last && me?.administrator && words.text('users.last')}
      actions={
        me?.administrator && (
          <>
            {waiting !== null && (
              <Button
                aria-describedby={title}
                isPending={resending.isPending}
                onPress={() => resending.mutate(waiting)}
              >
                {words.text('users.resend')}
              </Button>
            )}
            <FormDialog<Filled>
              action={words.text('action.change')}
              about={title}
              title={words.text('users.change.title')}
              submit={words.text('users.change.submit')}
              fields={fields}
              onSubmit={(_, changed) => change.mutateAsync(changed)}
            >
              {(faults) => <UserFields faults={faults} words={words} user={user} last={last} />}
            </FormDialog>
            {!last && (
              <Confirm
                destructive
                action={words.text('action.remove')}
                about={title}
                title={words.say('users.remove.title', { name })}
                onConfirm={() => removal.mutate()}
              >
                <p>
                  {me.user.id === id
                    ? words.text('users.remove.yourself')
                    : words.say('users.remove.what', { name })}
                </p>
              </Confirm>
            )}
          </>
        )
      }
    />
  )
}
