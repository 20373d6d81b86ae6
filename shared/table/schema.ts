/**
 * The key schema of the table, for deployment and reads. Every item has `pk` and `sk`. An item in lists has their names
 * in attributes that are named as the indexes, and its place in all of them in `position`.
 */
export const schema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since the epoch; DynamoDB deletes the item some time after. */
  timeToLive: 'expires',
  /** The sort key that all indexes share. */
  position: 'position',
  /**
   * Each index is named as the attribute that is its partition key:
   * - `list`: all that an account has of one type: contacts, partners, shares, sent invitations
   * - `listOfKind`: those of one kind or status
   * - `listOfSide`: those of one side: contacts from one account, incoming or outgoing shares, received invitations
   * - `listOfSideAndKind`: those of one side that are of one kind or status
   * - `request`: what a request with an Idempotency-Key made
   */
  indexes: ['list', 'listOfKind', 'listOfSide', 'listOfSideAndKind', 'request'],
} as const

export type IndexName = (typeof schema.indexes)[number]

/** The beginnings of partition keys, by the content of the partition. */
export const partitions = {
  account: 'ACCOUNT#',
  copy: 'COPY#',
  log: 'LOG#',
  mail: 'MAIL#',
  quota: 'QUOTA#',
  slice: 'RECONCILE',
} as const
