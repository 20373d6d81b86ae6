import type { RouteName } from '../shared/contract/routes.ts'
import type { environment } from '../shared/environment.ts'
import type { schema } from '../shared/table/schema.ts'

type TableAction =
  | 'BatchGetItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'Scan'
  | 'UpdateItem'

/** What one function may do with the table, and what it is told. */
export type Grant = {
  /** DynamoDB actions on the table itself. A transaction needs those of its parts. */
  table: TableAction[]
  /** Indexes that it may query. */
  query?: (keyof typeof schema.indexes)[]
  /** Environment variables besides the table's name. */
  variables?: Exclude<keyof typeof environment, 'table' | 'retryQueue'>[]
}

/** The functions on the table's stream. */
export type EffectName = 'sync-contacts' | 'send-emails'

/** The functions that are woken by the clock. */
export type ScheduledName = 'reconcile-contacts'

const write: TableAction[] = ['PutItem', 'UpdateItem']
const writeAndDelete: TableAction[] = [...write, 'DeleteItem']

export const grants: Record<RouteName | EffectName | ScheduledName, Grant> = {
  'get-me': { table: ['BatchGetItem'] },
  'send-invitation': {
    table: ['GetItem', 'BatchGetItem', ...write],
    query: ['gsi5'],
    variables: ['dailyInvitations', 'dailyInvitationsPerAddress'],
  },
  'list-invitations': { table: ['BatchGetItem'], query: ['gsi1', 'gsi2', 'gsi3', 'gsi4'] },
  'get-invitation': { table: ['BatchGetItem'] },
  'accept-invitation': { table: ['BatchGetItem', ...writeAndDelete] },
  'reject-invitation': { table: ['BatchGetItem', ...write] },
  'delete-invitation': { table: ['BatchGetItem', ...writeAndDelete] },
  'list-partners': { table: ['GetItem', 'BatchGetItem'], query: ['gsi1'] },
  'get-partner': { table: ['BatchGetItem'] },
  'delete-partner': { table: ['BatchGetItem', ...writeAndDelete] },
  'list-contacts': { table: ['GetItem', 'BatchGetItem'], query: ['gsi1', 'gsi2', 'gsi3'] },
  'delete-contact': { table: ['BatchGetItem', 'ConditionCheckItem', 'PutItem'] },
  'list-users': { table: ['GetItem'], query: ['gsi2'] },
  'add-user': { table: ['GetItem', ...write], query: ['gsi5'] },
  'change-user': { table: ['GetItem', 'BatchGetItem', ...writeAndDelete] },
  'remove-user': { table: ['BatchGetItem', ...writeAndDelete] },
  'send-confirmation': { table: ['BatchGetItem', ...write] },
  'confirm-address': { table: ['BatchGetItem', ...writeAndDelete] },
  'add-share': { table: ['GetItem', 'BatchGetItem', 'ConditionCheckItem', ...write], query: ['gsi5'] },
  'list-shares': { table: ['GetItem', 'BatchGetItem'], query: ['gsi1', 'gsi2', 'gsi3', 'gsi4'] },
  'remove-share': { table: ['BatchGetItem', 'DeleteItem', 'PutItem'] },
  'list-activity': { table: ['GetItem', 'BatchGetItem', 'Query'] },
  'put-account': { table: ['UpdateItem'] },
  'put-user': { table: ['BatchGetItem', ...writeAndDelete] },
  'drop-user': { table: ['BatchGetItem', ...writeAndDelete] },
  'get-openapi': { table: [] },
  'get-docs': { table: [] },
  'sync-contacts': { table: ['GetItem', 'Query', 'PutItem'] },
  'reconcile-contacts': {
    table: ['GetItem', 'BatchGetItem', 'Query', 'Scan', 'ConditionCheckItem', 'PutItem'],
  },
  'send-emails': { table: ['BatchGetItem', 'UpdateItem'], variables: ['mailFrom', 'webUrl'] },
}
