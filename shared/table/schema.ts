/**
 * The key schema of the one table, shared by what deploys it and what reads it.
 *
 * Every item has `pk` and `sk`. An item that stands in a list carries the name of the list in one of the five
 * sparse index attributes, and its place in all of them in `position`. Leaving a list is removing the attribute.
 */
export const schema = {
  partitionKey: 'pk',
  sortKey: 'sk',
  /** Seconds since the epoch; DynamoDB deletes the item some time after. */
  timeToLive: 'expires',
  /** The sort key that all indexes share. */
  position: 'position',
  /** Index name and the attribute that is its partition key. */
  indexes: { gsi1: 'list1', gsi2: 'list2', gsi3: 'list3', gsi4: 'list4', gsi5: 'list5' },
} as const

/** How partition keys begin, by what is in the partition. */
export const partitions = {
  account: 'ACCOUNT#',
  copy: 'COPY#',
  log: 'LOG#',
  mail: 'MAIL#',
  quota: 'QUOTA#',
  slice: 'RECONCILE',
} as const
