import { PutCommand } from '@aws-sdk/lib-dynamodb'
import { v7 as uuid } from 'uuid'
import { db, tableName } from '../../shared/table/client.ts'
import { invitationId, keys, parseInvitationId } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'

/** Makes an invitation as old as one that was sent 31 days ago. Returns its new id. */
export async function age(id: string): Promise<string> {
  const ref = parseInvitationId(id)
  if (!ref) throw new Error(`${id} is no id of an invitation`)
  const sendingId = uuid({ msecs: Date.now() - 31 * 86_400_000 })
  const aged = { ...(await readOne(keys.invitation(ref))), sendingId, position: sendingId }
  await db.send(new PutCommand({ TableName: tableName, Item: { ...keys.invitation(ref), ...aged } }))
  return invitationId({ ...ref, sendingId })
}
