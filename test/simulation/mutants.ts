/** A place in the product's source, which must be there exactly once, and what stands there instead. */
export type Edit = { file: string; from: string; to: string }

export type Mutant = { name: string; edits: Edit[] }

const copies = 'shared/table/copies.ts'
const mails = 'shared/table/mails.ts'
const addresses = 'shared/table/addresses.ts'

/** Small accounts have several pages only where a page is small. */
export const smallPages: Edit = {
  file: copies,
  from: 'const pageSize = 500',
  to: 'const pageSize = 2',
}

const condition = "'attribute_not_exists(pk) OR epoch < :epoch OR (epoch = :epoch AND #version < :version)'"

/**
 * The sync, the mails and the addresses, each broken in one place: what the simulation must notice. A sync that doesn't
 * heed what a user was before its change is not among them: only one run in ten thousand shows it, so
 * test/effects/copies.test.ts does; a claim on a mail that anybody may give back is not either, for which there is test/table/mails.test.ts.
 */
export const mutants: Mutant[] = [
  {
    name: 'no version check',
    edits: [
      {
        file: copies,
        from: condition,
        to: "'attribute_not_exists(pk) OR epoch <= :epoch OR (epoch < :epoch AND #version < :version)'",
      },
    ],
  },
  {
    name: 'no tombstone of a removed contact',
    edits: [
      {
        file: copies,
        from: 'import { putIf }',
        to: `import { DeleteCommand } from '@aws-sdk/lib-dynamodb'
import { db, tableName } from './client.ts'
import { putIf }`,
      },
      {
        file: copies,
        from: '  await putIf({\n    Item: { ...keys.contact(owner, user.accountId',
        to: `  if (user.removed) {
            const { pk, sk } = keys.contact(owner, user.accountId, user.userId)
            await db.send(new DeleteCommand({ TableName: tableName, Key: { pk, sk } }))
            return
          }
          await putIf({
            Item: { ...keys.contact(owner, user.accountId`,
      },
    ],
  },
  {
    name: "a removed contact's tombstone is no higher than the contact was",
    edits: [
      {
        file: 'shared/domain/contacts.ts',
        from: 'epoch, version: aboveAllVersions }',
        to: 'epoch, version: contact.version }',
      },
    ],
  },
  {
    name: "a removed contact's tombstone has the epoch of the contact, not of the last partnership",
    edits: [
      {
        file: 'shared/domain/contacts.ts',
        from: 'const epoch = Math.max(contact.epoch, partnership?.epoch ?? 0)',
        to: 'const epoch = contact.epoch',
      },
    ],
  },
  {
    name: 'no tombstone of a user removed before the partnership was copied',
    edits: [
      {
        file: copies,
        from: 'users.filter((user) => belongs',
        to: 'users.filter((user) => !user.removed && belongs',
      },
    ],
  },
  {
    name: 'no fence at the end',
    edits: [
      {
        file: 'shared/domain/contacts.ts',
        from: '(partnership.endedAt === undefined || user.changedAt <= partnership.endedAt)',
        to: "(partnership.endedAt === undefined || user.changedAt <= '9')",
      },
    ],
  },
  {
    name: 'nothing copied after the end that was under way',
    edits: [
      {
        file: 'shared/domain/contacts.ts',
        from: '(partnership.endedAt === undefined || user.changedAt <= partnership.endedAt)',
        to: "(partnership.endedAt === undefined || user.changedAt <= '0')",
      },
    ],
  },
  {
    name: 'stop at the first page of users',
    edits: [
      {
        file: copies,
        from: 'await leaveRest(keys.snapshot(',
        to: 'if (limit > 9) await leaveRest(keys.snapshot(',
      },
    ],
  },
  {
    name: 'stop at the first page of partners',
    edits: [
      {
        file: copies,
        from: 'await leaveRest(keys.tail(',
        to: 'if (limit > 9) await leaveRest(keys.tail(',
      },
    ],
  },
  {
    name: 'partnership read before the users',
    edits: [
      {
        file: copies,
        from: '  const { items: users, next } =',
        to: '  const partnership = await readOne(keys.partnership(source, owner))\n  const { items: users, next } =',
      },
      {
        file: copies,
        from: '  const partnership = await readOne(keys.partnership(source, owner))\n  if',
        to: '  if',
      },
    ],
  },
  {
    name: "copies by the owner's record of the partnership",
    edits: [
      {
        file: copies,
        from: 'const partnership = await readOne(keys.partnership(source, owner))',
        to: 'const partnership = await readOne(keys.partnership(owner, source))',
      },
      {
        file: 'functions/sync-contacts.ts',
        from: 'owner: item.partnerId, source: item.accountId',
        to: 'owner: item.accountId, source: item.partnerId',
      },
    ],
  },
  {
    name: 'no copies for a new partnership',
    edits: [
      {
        file: 'functions/sync-contacts.ts',
        from: "    case 'partnership':\n",
        to: "    case 'partnership':\n      if (item.epoch > 0) return\n",
      },
    ],
  },
  {
    name: 'reads that are not consistent',
    edits: [
      {
        file: 'shared/table/read.ts',
        from: 'ConsistentRead: true,\n      Limit',
        to: 'ConsistentRead: false,\n      Limit',
      },
    ],
  },
  {
    name: 'acknowledged before it is written',
    edits: [
      {
        file: 'shared/runtime/stream.ts',
        from: 'await perform(item, { before: itemOf<Item>(OldImage), context })',
        to: 'void perform(item, { before: itemOf<Item>(OldImage), context }).catch(() => {})',
      },
    ],
  },
  {
    name: 'a failure is not reported, so its retry is lost',
    edits: [
      {
        file: 'shared/runtime/stream.ts',
        from: 'return { batchItemFailures }',
        to: 'return { batchItemFailures: batchItemFailures.slice(0, 0) }',
      },
    ],
  },
  {
    name: 'a failed record counts as queued, and is not',
    edits: [
      {
        file: 'shared/runtime/stream.ts',
        from: 'if (await isQueued(source)) continue',
        to: 'if (!isMessage(source)) continue',
      },
    ],
  },
  {
    name: 'only one side records the end',
    edits: [
      { file: 'shared/table/partners.ts', from: '    ended(partnerId, accountId, context),\n', to: '' },
    ],
  },
  {
    name: 'a mail without a claim',
    edits: [
      {
        file: mails,
        from: 'await claimMail(key, { claimedBy, claimedUntil, now }, address)',
        to: "(address, 'claimed' as ClaimOutcome)",
      },
    ],
  },
  {
    name: 'a mail recorded as sent before it is',
    edits: [
      {
        file: mails,
        from: '  const messageId = await send()',
        to: "  await recordSent(key, 'early', invocation)\n  const messageId = await send()",
      },
    ],
  },
  {
    name: 'a claim that is not given up when its holder has died',
    edits: [{ file: mails, from: 'now + invocation.getRemainingTimeInMillis()', to: 'now + 1e13' }],
  },
  {
    name: "a takeover that deletes another's claim",
    edits: [
      {
        file: addresses,
        from: 'if (!after) return { Delete: { Key: keys.email(email), ...condition } }',
        to: 'if (!after) return { Delete: { Key: keys.email(email) } }',
      },
    ],
  },
  {
    name: 'an address that is not handed back when its holder leaves it',
    edits: [
      {
        file: 'shared/domain/confirmed-addresses.ts',
        from: 'return last && { ...last, named }',
        to: 'return undefined',
      },
    ],
  },
  {
    name: "a takeover that keeps the displaced user's version",
    edits: [{ file: addresses, from: "':now': now, ':one': 1 }", to: "':now': now, ':one': 0 }" }],
  },
  {
    name: "a confirmation link that works after the host's put",
    edits: [
      {
        file: 'shared/domain/user.ts',
        from: 'pendingEmail: undefined,\n    named: true,',
        to: 'named: true,',
      },
    ],
  },
]
