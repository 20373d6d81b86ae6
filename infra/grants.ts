import type { RouteName } from '../shared/contract/actions.ts'
import type { environment } from '../shared/environment.ts'
import type { IndexName, partitions } from '../shared/table/schema.ts'

type Read = 'BatchGetItem' | 'GetItem' | 'Query' | 'Scan'
type Write = 'DeleteItem' | 'PutItem' | 'UpdateItem'

/** What one function may do with the table, and which environment variables it gets. */
export type Grant = {
  /** Reads of the table, without its indexes. */
  reads?: Read[]
  /** Indexes that it may query. */
  query?: IndexName[]
  /** Actions of the parts of its transactions. */
  transactions?: (Write | 'ConditionCheckItem')[]
  /** Writes outside transactions, with their partitions. Never in a log: see docs/decisions/the-log-is-append-only.md. */
  writes?: { [action in Write]?: Exclude<keyof typeof partitions, 'log'>[] }
  /** Environment variables besides the table's name. */
  variables?: Exclude<keyof typeof environment, 'table' | 'retryQueue'>[]
}

/** Whether a function gets the name of the table. */
export const usesTable = ({ reads, query, transactions, writes }: Grant): boolean =>
  Boolean(reads || query || transactions || writes)

/** The functions on the table's stream. */
export type StreamFunctionName = 'sync-contacts' | 'send-emails'

export type FunctionName = RouteName | StreamFunctionName | 'reconcile-contacts'

const write: Write[] = ['PutItem', 'UpdateItem']
const writeAndDelete: Write[] = [...write, 'DeleteItem']

export const grants: Record<FunctionName, Grant> = {
  'get-me': { reads: ['BatchGetItem'] },
  'send-invitation': {
    reads: ['BatchGetItem'],
    transactions: write,
    query: ['request'],
    writes: { UpdateItem: ['account', 'quota'] },
    variables: ['dailyInvitations', 'dailyInvitationsPerAddress', 'invitationDays'],
  },
  'list-invitations': {
    reads: ['BatchGetItem'],
    query: ['list', 'listOfKind', 'listOfSide', 'listOfSideAndKind'],
    variables: ['invitationDays'],
  },
  'get-invitation': { reads: ['BatchGetItem'], variables: ['invitationDays'] },
  'resend-invitation': {
    reads: ['BatchGetItem'],
    transactions: ['ConditionCheckItem', ...write],
    variables: ['dailyInvitations', 'dailyInvitationsPerAddress', 'invitationDays'],
  },
  'accept-invitation': {
    reads: ['BatchGetItem'],
    transactions: writeAndDelete,
    variables: ['invitationDays'],
  },
  'reject-invitation': { reads: ['BatchGetItem'], transactions: write, variables: ['invitationDays'] },
  'delete-invitation': {
    reads: ['BatchGetItem'],
    transactions: writeAndDelete,
    variables: ['invitationDays'],
  },
  'list-partners': { reads: ['BatchGetItem'], query: ['list'] },
  'get-partner': { reads: ['BatchGetItem'] },
  'delete-partner': { reads: ['BatchGetItem'], transactions: writeAndDelete },
  'list-contacts': { reads: ['BatchGetItem'], query: ['list', 'listOfKind', 'listOfSide'] },
  'delete-contact': { reads: ['BatchGetItem'], transactions: ['ConditionCheckItem', 'PutItem'] },
  'list-users': { reads: ['BatchGetItem'], query: ['listOfKind'] },
  'add-user': { reads: ['BatchGetItem'], transactions: write, query: ['request'] },
  'change-user': { reads: ['BatchGetItem'], transactions: writeAndDelete },
  'remove-user': { reads: ['BatchGetItem'], transactions: writeAndDelete },
  'send-confirmation': { reads: ['BatchGetItem'], transactions: ['ConditionCheckItem', ...write] },
  'confirm-address': { reads: ['BatchGetItem'], transactions: writeAndDelete },
  'add-share': {
    reads: ['BatchGetItem'],
    transactions: ['ConditionCheckItem', ...write],
    query: ['request'],
  },
  'list-shares': {
    reads: ['BatchGetItem'],
    query: ['list', 'listOfKind', 'listOfSide', 'listOfSideAndKind'],
  },
  'remove-share': { reads: ['BatchGetItem'], transactions: ['DeleteItem', 'PutItem'] },
  'list-activity': { reads: ['BatchGetItem', 'Query'] },
  'get-changes': { reads: ['BatchGetItem', 'Query'] },
  'put-account': { writes: { UpdateItem: ['account'] } },
  'put-user': { reads: ['BatchGetItem'], transactions: writeAndDelete },
  'drop-user': { reads: ['BatchGetItem'], transactions: writeAndDelete },
  'get-openapi': {},
  'get-docs': {},
  'sync-contacts': { reads: ['GetItem', 'Query'], writes: { PutItem: ['account', 'copy'] } },
  'reconcile-contacts': {
    reads: ['GetItem', 'BatchGetItem', 'Query', 'Scan'],
    transactions: ['ConditionCheckItem', 'PutItem'],
    writes: { PutItem: ['account', 'slice'] },
  },
  'send-emails': {
    reads: ['BatchGetItem'],
    transactions: ['UpdateItem'],
    writes: { UpdateItem: ['account', 'mail'] },
    variables: ['mailFrom', 'webUrl'],
  },
}
