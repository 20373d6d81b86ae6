import { ScanCommand } from '@aws-sdk/lib-dynamodb'
import { expect, test } from 'vitest'
import { maxDailyMailsPerAddress } from '../../shared/domain/events.ts'
import { db, tableName } from '../../shared/table/client.ts'
import { claimMail, recordMail, releaseMail } from '../../shared/table/mails.ts'

let mails = 0
const someMail = () => ({ pk: `MAIL#${++mails}`, sk: 'TO#acme#ada' }) as Parameters<typeof claimMail>[0]
const claim = (key: ReturnType<typeof someMail>, claimedBy: string, now: number) =>
  claimMail(key, { claimedBy, now, claimedUntil: now + 30_000 })

test('an e-mail is claimed by one at a time, until its claim runs out', async () => {
  const key = someMail()
  expect(await claim(key, 'first', 1_000)).toBe('claimed')
  expect(await claim(key, 'first', 1_001)).toBe('claimed')
  expect(await claim(key, 'second', 31_000)).toBe('held')
  expect(await claim(key, 'second', 31_001)).toBe('claimed')
  expect(await claim(key, 'first', 31_002)).toBe('held')
})

test('a claim that is released is free at once', async () => {
  const key = someMail()
  await claim(key, 'first', 1_000)
  await releaseMail(key, 'first')
  expect(await claim(key, 'second', 1_001)).toBe('claimed')
})

test('a claim that has run out, and that another has taken, is not the first one’s to give back', async () => {
  const key = someMail()
  await claim(key, 'first', 1_000)
  await claim(key, 'second', 31_000)
  await releaseMail(key, 'first')
  expect(await claim(key, 'third', 31_001)).toBe('held')
})

test('what was sent is not claimed again, whoever had the claim', async () => {
  const key = someMail()
  await claim(key, 'first', 1_000)
  await claim(key, 'second', 31_000)
  await recordMail(key, { sentAt: '2026-11-23T12:00:00.000Z', messageId: 'm' })
  await releaseMail(key, 'second')
  expect(await claim(key, 'third', 99_000)).toBe('settled')
})

const noon = Date.parse('2026-11-23T12:00:00.000Z')
const day = 86_400_000
const claimCounted = (key: ReturnType<typeof someMail>, now: number, email = 'bo@globex.example') =>
  claimMail(key, { claimedBy: 'one', now, claimedUntil: now + 30_000 }, email)

test('the mails to an address are counted for each UTC day; one that is tried on another day is counted again', async () => {
  const mails = Array.from({ length: maxDailyMailsPerAddress }, someMail)
  for (const key of mails) expect(await claimCounted(key, noon)).toBe('claimed')
  const [first = someMail()] = mails
  const late = someMail()
  expect(await claimCounted(late, noon)).toBe('left-out')
  expect(await claimCounted(late, noon + day)).toBe('settled')
  expect(await claimCounted(first, noon)).toBe('claimed')
  expect(await claimCounted(someMail(), noon, 'gun@globex.example')).toBe('claimed')
  for (const key of mails.slice(1)) expect(await claimCounted(key, noon + day)).toBe('claimed')
  expect(await claimCounted(someMail(), noon + day)).toBe('claimed')
  expect(await claimCounted(first, noon + day)).toBe('left-out')
  const { Items = [] } = await db.send(new ScanCommand({ TableName: tableName }))
  expect(JSON.stringify(Items.filter(({ type }) => type === 'quota'))).not.toMatch(/globex/)
})

test('a counted mail is claimed by one at a time', async () => {
  const key = someMail()
  const claimedBy = (one: string, now: number) =>
    claimMail(key, { claimedBy: one, now, claimedUntil: now + 30_000 }, 'olle@globex.example')
  expect(await claimedBy('first', noon)).toBe('claimed')
  expect(await claimedBy('second', noon + 1)).toBe('held')
  expect(await claimedBy('second', noon + 30_000)).toBe('claimed')
  await recordMail(key, { sentAt: '2026-11-23T12:00:00.000Z', messageId: 'm' })
  expect(await claimedBy('third', noon + 90_000)).toBe('settled')
})
