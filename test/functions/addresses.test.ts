import { expect, test } from 'vitest'
import { account, addUser } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'

const spellings = [
  'zoe@bücher.example',
  'ZOE@BÜCHER.example',
  'zoe@xn--bcher-kva.example',
  'zoe@ｂücher.example',
]

test('two spellings of one mailbox are one address, shown with its domain in Unicode', async () => {
  const acme = await account()
  const user = { name: 'Zoe', profile: 'observer' }
  const added = await call('add-user', { by: acme.ada, body: { ...user, email: spellings[0] } })
  expect(added.body.email).toBe('zoe@bücher.example')
  for (const email of spellings)
    expect(inShort(await call('add-user', { by: acme.ada, body: { ...user, email } }))).toBe(
      '409 email-taken',
    )
  for (const q of ['bücher', 'xn--bcher-kva', 'BU\u0308CHER']) {
    const { body } = await call('list-contacts', { by: acme.ada, query: { q } })
    expect(body.items).toMatchObject([{ email: 'zoe@bücher.example' }])
  }
})

test('what nobody can send mail to is no address', async () => {
  const acme = await account()
  await addUser(acme.ada, 'zoe')
  for (const email of [
    'ö@acme.example',
    'bo@acme.example:25',
    'bo@127.0.0.1',
    'ö'.repeat(254),
    'ö'.repeat(8000),
  ]) {
    const body = { name: 'Bo', profile: 'observer', email }
    expect(inShort(await call('add-user', { by: acme.ada, body }))).toBe('422 invalid-email')
    expect(inShort(await call('send-invitation', { by: acme.ada, body: { email } }))).toBe(
      '422 invalid-email',
    )
    const change = { by: acme.ada, params: { id: 'zoe' }, body: { email } }
    expect(inShort(await call('change-user', change))).toBe('422 invalid-email')
    const put = { params: { accountId: acme.id, userId: 'zoe' }, body: { ...body, version: 1 } }
    expect(inShort(await call('put-user', put))).toBe('422 invalid-email')
  }
})
