/** `SET` for defined values and `REMOVE` for undefined ones, with every name escaped. */
export function assign(values: Record<string, unknown>): {
  UpdateExpression: string
  ExpressionAttributeNames: Record<string, string>
  ExpressionAttributeValues: Record<string, unknown>
} {
  const entries = Object.entries(values)
  const set = entries.filter(([, value]) => value !== undefined)
  const remove = entries.filter(([, value]) => value === undefined)
  const expression = [
    set.length > 0 && `SET ${set.map(([name]) => `#${name} = :${name}`).join(', ')}`,
    remove.length > 0 && `REMOVE ${remove.map(([name]) => `#${name}`).join(', ')}`,
  ]
  return {
    UpdateExpression: expression.filter(Boolean).join(' '),
    ExpressionAttributeNames: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries(set.map(([name, value]) => [`:${name}`, value])),
  }
}
