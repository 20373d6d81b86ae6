import { expect, test } from 'vitest'
import { account } from '../kit/accounts.ts'
import { call, inShort } from '../kit/call.ts'

const bad = ['', 'a/b', 'a?b', 'a%b', 'a b', '..', 'å', 'a'.repeat(129)]

test('what can’t be an id of the host’s is 422 in paths, queries and bodies, and names the field', async () => {
  const { ada: by } = await account()
  for (const id of bad) {
    const share = { partnerAccountId: 'globex', kind: 'proof', objectId: '1', title: 'A' }
    const answers = {
      '/accountId': [
        await call('get-partner', { by, params: { accountId: id } }),
        await call('delete-partner', { by, params: { accountId: id } }),
        await call('list-contacts', { by, query: { accountId: id } }),
        await call('put-account', { params: { accountId: id }, body: { name: 'A', version: 1 } }),
      ],
      '/id': [
        await call('change-user', { by, params: { id }, body: {} }),
        await call('remove-user', { by, params: { id } }),
        await call('send-confirmation', { by, params: { id } }),
      ],
      '/userId': [
        await call('drop-user', { params: { accountId: by.accountId, userId: id }, query: { version: '1' } }),
      ],
      '/partnerAccountId': [await call('add-share', { by, body: { ...share, partnerAccountId: id } })],
      '/objectId': [await call('add-share', { by, body: { ...share, objectId: id } })],
    }
    for (const [pointer, refused] of Object.entries(answers))
      for (const answer of refused) {
        expect(inShort(answer), `${pointer} ${id}`).toBe('422 invalid-field')
        expect(answer.body.errors).toMatchObject([{ pointer }])
      }
  }
})

test('whether the caller may comes first', async () => {
  const { max } = await account()
  const params = { accountId: 'a/b' }
  expect(inShort(await call('delete-partner', { by: max, params }))).toBe('403 not-an-administrator')
  const nobody = { accountId: max.accountId, userId: 'nobody' }
  expect(inShort(await call('get-partner', { by: nobody, params }))).toBe('403 unknown-user')
})

test('an id that nobody has is not found', async () => {
  const { ada: by } = await account()
  expect(inShort(await call('get-partner', { by, params: { accountId: "a|b:c@d!$&'" } }))).toBe(
    '404 not-found',
  )
})

test('a token that claims no id of the host’s is nobody’s', async () => {
  const { ada } = await account()
  for (const id of bad) {
    expect(inShort(await call('get-me', { by: { ...ada, userId: id } }))).toBe('403 unknown-user')
    expect(inShort(await call('get-me', { by: { ...ada, accountId: id } }))).toBe('403 unknown-user')
  }
})
