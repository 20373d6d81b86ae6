import { expect, test } from 'vitest'
import { account } from '../kit/accounts.ts'
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
