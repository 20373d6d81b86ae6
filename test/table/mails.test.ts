import { expect, test } from 'vitest'
import { claimMail, giveMailBack, recordMail } from '../../shared/table/mails.ts'

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

test('a claim that is given back is free at once', async () => {
  const key = someMail()
  await claim(key, 'first', 1_000)
  await giveMailBack(key, 'first')
  expect(await claim(key, 'second', 1_001)).toBe('claimed')
})

test('a claim that has run out, and that another has taken, is not the first one’s to give back', async () => {
  const key = someMail()
  await claim(key, 'first', 1_000)
  await claim(key, 'second', 31_000)
  await giveMailBack(key, 'first')
  expect(await claim(key, 'third', 31_001)).toBe('held')
})

test('what was sent is not claimed again, whoever had the claim', async () => {
  const key = someMail()
  await claim(key, 'first', 1_000)
  await claim(key, 'second', 31_000)
  await recordMail(key, { sentAt: '2026-11-23T12:00:00.000Z', messageId: 'm' })
  await giveMailBack(key, 'second')
  expect(await claim(key, 'third', 99_000)).toBe('sent')
})
