import type { ReactNode } from 'react'
import { Button } from 'react-aria-components/Button'
import { api, dataOf, type Invitation, type Partner, partners, received, sent } from './api.ts'
import { areLoading, useAction, useMe, useOnce, useRows } from './data.ts'
import { Confirm, FormDialog, LineField } from './dialogs.tsx'
import { OnlyAdministrators, Page } from './page.tsx'
import { Badge, Row, RowList, Section, Skeleton } from './rows.tsx'
import { type MessageKey, useWords } from './words.tsx'

const fields = {
  email: [
    'invalid-email',
    'no-account-for-email',
    'own-account',
    'already-partners',
    'invitation-pending',
    'invitation-rejected',
    'too-many-invitations',
    'quota-exceeded',
  ],
} as const

const byId = ({ id }: Invitation) => id
const waitingList = received('pending')
const rejectedList = received('rejected')

/** Received invitations, sent invitations, and partners. */
export function PartnersPage() {
  const words = useWords()
  const administrator = useMe().data?.administrator ?? false
  const waiting = useRows(waitingList)
  const ours = useRows(sent)
  const all = useRows(partners)
  const rejected = useRows(rejectedList)
  const loading = areLoading(waiting, ours, all, rejected)
  return (
    <Page title="partners.title" lead="partners.lead" action={administrator && <SendInvitation />}>
      {!administrator && <OnlyAdministrators />}
      {loading && <Skeleton />}
      {!loading && waiting.rows?.length !== 0 && (
        <Section heading={words.text('partners.waiting')} urgent>
          <RowList list={waiting} keyOf={byId} empty={null}>
            {(invitation) => <WaitingInvitation invitation={invitation} />}
          </RowList>
        </Section>
      )}
      {!loading && (
        <>
          <Section heading={words.text('partners.sent')}>
            <RowList list={ours} keyOf={byId} empty={words.say('partners.sent.empty')}>
              {(invitation) => <SentInvitation invitation={invitation} />}
            </RowList>
          </Section>
          <Section heading={words.text('partners.partners')}>
            <RowList
              list={all}
              keyOf={({ accountId }) => accountId}
              empty={words.say('partners.partners.empty')}
            >
              {(partner) => <PartnerRow partner={partner} administrator={administrator} />}
            </RowList>
          </Section>
        </>
      )}
      {!loading && rejected.rows?.length !== 0 && (
        <Section heading={words.text('partners.rejected')}>
          <RowList list={rejected} keyOf={byId} empty={null}>
            {(invitation) => <RejectedInvitation invitation={invitation} />}
          </RowList>
        </Section>
      )}
    </Page>
  )
}

function SendInvitation() {
  const words = useWords()
  const send = useAction({
    run: useOnce(async (body: { email: string }, header) =>
      dataOf(await api.POST('/v1/invitations', { body, params: { header } })),
    ),
    showDone: (shown, invitation: Invitation) => {
      shown.without<Invitation>(sent.key, ({ email }) => email === invitation.email)
      shown.first(sent, invitation)
    },
    done: ({ email }) => words.say('partners.send.done', { email }),
  })
  return (
    <FormDialog<{ email: string }>
      primary
      action={words.text('partners.send')}
      title={words.text('partners.send.title')}
      submit={words.text('partners.send.submit')}
      fields={fields}
      onSubmit={(filled) => send.mutateAsync(filled)}
    >
      {(faults) => (
        <>
          <p>{words.say('partners.send.what')}</p>
          <LineField
            name="email"
            type="email"
            label="field.email"
            hint="partners.send.hint"
            fault={faults.email}
          />
        </>
      )}
    </FormDialog>
  )
}

const rowId = ({ id }: Invitation) => `invitation-${id}`

function DeleteInvitation({ invitation, children }: { invitation: Invitation; children: ReactNode }) {
  const words = useWords()
  const { id, direction, email, sender } = invitation
  const deletion = useAction<void>({
    run: async () => dataOf(await api.DELETE('/v1/invitations/{id}', { params: { path: { id } } })),
    show: (shown) => shown.without<Invitation>([direction], (one) => one.id === id),
    done: () => words.say('partners.delete.done'),
    undone: () => words.say('partners.delete.undone', { email }),
  })
  return (
    <Confirm
      destructive
      action={words.text('action.delete')}
      about={rowId(invitation)}
      title={
        direction === 'sent'
          ? words.say('partners.delete.title-to', { email })
          : words.say('partners.delete.title-from', { account: sender.accountName })
      }
      onConfirm={() => deletion.mutate()}
    >
      <p>{children}</p>
    </Confirm>
  )
}

function ResendInvitation({ invitation }: { invitation: Invitation }) {
  const words = useWords()
  const { id, email } = invitation
  const resend = useAction({
    run: useOnce(async (path: { id: string }, header) =>
      dataOf(await api.POST('/v1/invitations/{id}/resend', { params: { path, header } })),
    ),
    showDone: (shown, again: Invitation) => {
      shown.without<Invitation>(sent.key, (one) => one.id === id)
      shown.first(sent, again)
    },
    done: () => words.say('partners.send.done', { email }),
    undone: () => words.say('partners.resend.undone', { email }),
  })
  return (
    <Button
      aria-describedby={rowId(invitation)}
      isPending={resend.isPending}
      onPress={() => resend.mutate({ id })}
    >
      {words.text('action.resend')}
    </Button>
  )
}

function WaitingInvitation({ invitation }: { invitation: Invitation }) {
  const words = useWords()
  const { id, email, sender, createdAt, actions } = invitation
  const account = sender.accountName
  const title = rowId(invitation)
  const path = { params: { path: { id } } }
  const accept = useAction<void>({
    run: async () => dataOf(await api.POST('/v1/invitations/{id}/accept', path)),
    show: (shown) => {
      shown.without<Invitation>(waitingList.key, (one) => one.id === id)
      const since = new Date().toISOString()
      shown.first(partners, { accountId: sender.accountId, accountName: account, initiatedBy: 'them', since })
    },
    done: () => words.say('partners.accept.done', { account }),
    undone: () => words.say('partners.accept.undone', { account }),
  })
  const reject = useAction<void>({
    run: async () => dataOf(await api.POST('/v1/invitations/{id}/reject', path)),
    show: (shown) => {
      shown.without<Invitation>(waitingList.key, (one) => one.id === id)
      shown.first(rejectedList, { ...invitation, status: 'rejected' })
    },
    done: () => words.say('partners.reject.done', { account }),
    undone: () => words.say('partners.reject.undone', { account }),
  })
  return (
    <Row
      id={title}
      name={account}
      status={<Badge tone="waiting">{words.text('status.waiting')}</Badge>}
      facts={[
        words.say('partners.invited-by', { person: sender.userName, email, at: new Date(createdAt) }),
        ...(sender.userEmail
          ? [words.say('partners.inviter', { person: sender.userName, address: sender.userEmail })]
          : []),
      ]}
      actions={
        <>
          {actions.accept === null && (
            <Confirm
              primary
              action={words.text('action.accept')}
              about={title}
              title={words.say('partners.accept.title', { account })}
              onConfirm={() => accept.mutate()}
            >
              <p>{words.say('partners.accept.they-see', { account })}</p>
              <p>{words.say('partners.accept.you-see', { account })}</p>
              <p>{words.say('partners.accept.shares')}</p>
              <p>{words.say('partners.accept.end')}</p>
            </Confirm>
          )}
          {actions.reject === null && (
            <Button aria-describedby={title} onPress={() => reject.mutate()}>
              {words.text('action.reject')}
            </Button>
          )}
          {actions.delete === null && (
            <DeleteInvitation invitation={invitation}>
              {words.say('partners.delete.waiting', { account, email })}
            </DeleteInvitation>
          )}
        </>
      }
    />
  )
}

function RejectedInvitation({ invitation }: { invitation: Invitation }) {
  const words = useWords()
  const { email, sender, updatedAt, actions } = invitation
  const account = sender.accountName
  return (
    <Row
      id={rowId(invitation)}
      name={account}
      status={<Badge tone="over">{words.text('status.rejected')}</Badge>}
      facts={[words.say('partners.rejected-at', { email, at: new Date(updatedAt) })]}
      note={words.say('partners.rejected.note', { account })}
      actions={
        actions.delete === null && (
          <DeleteInvitation invitation={invitation}>
            {words.say('partners.delete.rejected', { account, email })}
          </DeleteInvitation>
        )
      }
    />
  )
}

type SentState = 'pending' | 'expired' | 'rejected' | 'dismissed' | 'ended'

/** The state of a sent invitation, as far as the sender can know it. */
function stateOf({ status, recipient, actions }: Invitation): SentState {
  if (status === 'pending' || status === 'expired') return status
  if (recipient) return 'ended'
  return actions.delete === 'recipient-must-delete-first' ? 'rejected' : 'dismissed'
}

/** For each state, what happens next, a change (if the sender may know its time), and what a deletion does. */
const sentTexts: Record<SentState, { note?: MessageKey; change?: MessageKey; deletion: MessageKey }> = {
  pending: { change: 'partners.sent.expires-at', deletion: 'partners.delete.pending' },
  expired: {
    note: 'partners.sent.expired',
    change: 'partners.sent.expired-at',
    deletion: 'partners.delete.expired',
  },
  rejected: {
    note: 'partners.sent.rejected',
    change: 'partners.sent.rejected-at',
    deletion: 'partners.delete.dismissed',
  },
  dismissed: { note: 'partners.sent.dismissed', deletion: 'partners.delete.dismissed' },
  ended: {
    note: 'partners.sent.ended',
    change: 'partners.sent.ended-at',
    deletion: 'partners.delete.ended',
  },
}

function SentInvitation({ invitation }: { invitation: Invitation }) {
  const words = useWords()
  const { email, sender, recipient, createdAt, updatedAt, expiresAt, actions } = invitation
  const state = stateOf(invitation)
  const { note, change, deletion } = sentTexts[state]
  const account = recipient?.accountName ?? ''
  return (
    <Row
      id={rowId(invitation)}
      name={email}
      status={
        state === 'pending' ? (
          <Badge tone="waiting">{words.text('status.pending')}</Badge>
        ) : (
          <Badge tone="over">{words.text(state === 'expired' ? 'status.expired' : 'status.rejected')}</Badge>
        )
      }
      facts={[
        words.say('partners.sent-by', { person: sender.userName, at: new Date(createdAt) }),
        ...(change ? [words.text(change, { at: new Date(expiresAt ?? updatedAt) })] : []),
        ...(recipient ? [<bdi key="recipient">{recipient.accountName}</bdi>] : []),
      ]}
      note={note && actions.delete !== 'not-an-administrator' && words.say(note, { account })}
      actions={
        <>
          {actions.resend === null && <ResendInvitation invitation={invitation} />}
          {actions.delete === null && (
            <DeleteInvitation invitation={invitation}>
              {words.say(deletion, { email, account })}
            </DeleteInvitation>
          )}
        </>
      }
    />
  )
}

function PartnerRow({ partner, administrator }: { partner: Partner; administrator: boolean }) {
  const words = useWords()
  const { accountId, accountName: account, initiatedBy, since } = partner
  const title = `partner-${accountId}`
  const end = useAction<void>({
    run: async () =>
      dataOf(await api.DELETE('/v1/partners/{accountId}', { params: { path: { accountId } } })),
    show: (shown) => shown.without<Partner>(partners.key, (one) => one.accountId === accountId),
    done: () => words.say('partners.end.done', { account }),
    undone: () => words.say('partners.end.undone', { account }),
  })
  return (
    <Row
      id={title}
      name={account}
      status={<Badge tone="good">{words.text('status.partner', { since: new Date(since) })}</Badge>}
      facts={[words.text(initiatedBy === 'us' ? 'partners.by-us' : 'partners.by-them')]}
      actions={
        administrator && (
          <Confirm
            destructive
            action={words.text('action.delete')}
            about={title}
            title={words.say('partners.end.title', { account })}
            onConfirm={() => end.mutate()}
          >
            <p>
              {words.say(initiatedBy === 'us' ? 'partners.end.by-us' : 'partners.end.by-them', { account })}
            </p>
            <p>{words.say('partners.end.stays')}</p>
          </Confirm>
        )
      }
    />
  )
}
