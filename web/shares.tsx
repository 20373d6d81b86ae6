import { useState } from 'react'
import { Link } from 'wouter'
import { api, dataOf, type Partner, partners, type Share, shares } from './api.ts'
import { areLoading, useAction, useOnce, useRows } from './data.ts'
import { ChoiceField, Confirm, type Faults, FormDialog, LineField } from './dialogs.tsx'
import { Page } from './page.tsx'
import { Badge, Row, RowList, Section, Skeleton } from './rows.tsx'
import { useWords } from './words.tsx'

const kinds = ['proof', 'file', 'folder'] as const satisfies Share['kind'][]
const fields = { partnerAccountId: ['not-partners'], kind: [], title: [], objectId: [], url: [] } as const
type Filled = { partnerAccountId: string; kind: Share['kind']; title: string; objectId: string; url: string }

const outgoing = shares('outgoing')
const incoming = shares('incoming')
const byId = ({ id }: Share) => id

/** The objects that the account shares, and those that partners share with it. */
export function SharesPage() {
  const words = useWords()
  const ours = useRows(outgoing)
  const theirs = useRows(incoming)
  const all = useRows(partners)
  const loading = areLoading(ours, theirs, all)
  return (
    <Page title="shares.title" lead="shares.lead" action={all.rows && <AddShare to={all.rows} />}>
      {loading && <Skeleton />}
      {!loading && (
        <>
          {all.rows?.length === 0 && (
            <p className="card aside">
              {words.text('shares.no-partners')}{' '}
              <Link href="/partners">{words.text('action.to-partners')}</Link>
            </p>
          )}
          <Section heading={words.text('shares.outgoing')}>
            <RowList list={ours} keyOf={byId} empty={words.say('shares.outgoing.empty')}>
              {(share) => <ShareRow share={share} />}
            </RowList>
          </Section>
          <Section heading={words.text('shares.incoming')}>
            <RowList list={theirs} keyOf={byId} empty={words.say('shares.incoming.empty')}>
              {(share) => <ShareRow share={share} />}
            </RowList>
          </Section>
        </>
      )}
    </Page>
  )
}

function AddShare({ to }: { to: Partner[] }) {
  const words = useWords()
  const add = useAction({
    run: useOnce(async ({ url, ...filled }: Filled, header) => {
      const body = url === '' ? filled : { ...filled, url }
      return dataOf(await api.POST('/v1/shares', { body, params: { header } }))
    }),
    showDone: (shown, share: Share) => {
      shown.without<Share>(outgoing.key, ({ id }) => id === share.id)
      shown.first(outgoing, share)
    },
    done: ({ title }) => words.say('shares.add.done', { title }),
  })
  return (
    <FormDialog<Filled>
      primary
      action={words.text('shares.add')}
      title={words.text('shares.add')}
      submit={words.text('shares.add.submit')}
      fields={fields}
      onSubmit={(filled) => add.mutateAsync(filled)}
    >
      {(faults) => <ShareFields faults={faults} to={to} />}
    </FormDialog>
  )
}

function ShareFields({ faults, to }: { faults: Faults; to: Partner[] }) {
  const words = useWords()
  // The choices stay as they were when the dialog opened.
  const [choices] = useState(() =>
    to
      .map(({ accountId, accountName }) => ({ value: accountId, words: accountName }))
      .toSorted((one, other) => words.compare(one.words, other.words)),
  )
  return (
    <>
      <ChoiceField
        name="partnerAccountId"
        label="field.partner"
        {...(choices.length === 0 && { hint: 'shares.no-partners' })}
        fault={faults.partnerAccountId}
        choices={choices}
      />
      <ChoiceField
        name="kind"
        label="field.kind"
        fault={faults.kind}
        choices={kinds.map((value) => ({ value, words: words.text(`kind.${value}`) }))}
      />
      <LineField name="title" label="field.title" fault={faults.title} />
      <LineField name="objectId" label="field.object" hint="shares.object.hint" fault={faults.objectId} />
      <LineField name="url" type="url" label="field.link" hint="shares.link.hint" fault={faults.url} />
    </>
  )
}

function ShareRow({ share }: { share: Share }) {
  const words = useWords()
  const { id, direction, kind, title, url, sharedBy: person, createdAt, partnerAccountName: account } = share
  const row = `share-${id}`
  const at = new Date(createdAt)
  const removal = useAction<void>({
    run: async () => dataOf(await api.DELETE('/v1/shares/{id}', { params: { path: { id } } })),
    show: (shown) => shown.without<Share>(outgoing.key, (one) => one.id === id),
    done: () => words.say('shares.take-back.done', { title }),
    undone: () => words.say('shares.take-back.undone', { title }),
  })
  return (
    <Row
      id={row}
      title={
        // The link comes from another account, so only web schemes are allowed.
        url && /^https?:/i.test(url) ? (
          <a href={url} target="_blank" rel="noreferrer">
            <bdi>{title}</bdi>
            <span className="visually-hidden"> {words.text('shares.new-tab')}</span>
          </a>
        ) : (
          <bdi>{title}</bdi>
        )
      }
      status={<Badge tone="plain">{words.text(`kind.${kind}`)}</Badge>}
      facts={[
        words.say(direction === 'outgoing' ? 'shares.with' : 'shares.from', { account }),
        words.say('shares.by', { person, at }),
      ]}
      actions={
        direction === 'outgoing' && (
          <Confirm
            destructive
            action={words.text('shares.take-back')}
            about={row}
            title={words.say('shares.take-back.title', { title })}
            onConfirm={() => removal.mutate()}
          >
            <p>{words.say('shares.take-back.what', { account })}</p>
          </Confirm>
        )
      }
    />
  )
}
