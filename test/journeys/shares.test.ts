import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { all, answered, call, eventually, perform } from './api.ts'
import { acme, ada, bo, globex, gun, ines, makePartners, max, olle, reset } from './relationship.ts'

interface Share {
  id: string
  direction: 'outgoing' | 'incoming'
  partnerAccountId: string
  partnerAccountName: string
  kind: string
  objectId: string
  title: string
  url: string | null
  sharedBy: string
  createdAt: string
}

/** An object of the host product’s that nobody has shared before. */
function fresh(fields: Record<string, unknown> = {}) {
  const objectId = `object-${randomUUID()}`
  return {
    ...{
      partnerAccountId: globex.id,
      kind: 'proof',
      objectId,
      title: 'Cover',
      url: 'https://proofs.example/1',
    },
    ...fields,
  }
}

const share = (user: string, fields: object) => perform<Share>(user, 'POST', '/v1/shares', fields)

async function listed(user: string, query = ''): Promise<string[]> {
  return (await all<Share>(user, `/v1/shares${query}`)).map(({ objectId }) => objectId)
}

/** The list holds these objects, the latest first, before whatever was there. */
async function expectListed(user: string, query: string, objects: string[]): Promise<void> {
  await eventually(async () => expect((await listed(user, query)).slice(0, objects.length)).toEqual(objects))
}

describe('shares', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  it('any user of an account shares with a partner, and both accounts list it, each from its side', async () => {
    await makePartners(ada, bo)
    const fields = fresh()
    const answer = await call<Share>(max, 'POST', '/v1/shares', fields)
    expect(answered(answer)).toBe('201')
    const { partnerAccountId, ...object } = fields
    expect(answer.body).toEqual({
      ...object,
      id: expect.any(String),
      direction: 'outgoing',
      partnerAccountId,
      partnerAccountName: 'Globex',
      sharedBy: expect.stringMatching(/^Max/),
      createdAt: expect.stringMatching(/Z$/),
    })
    await expectListed(ada, '', [fields.objectId])
    await expectListed(olle, '', [fields.objectId])
    const [theirs] = await all<Share>(olle, '/v1/shares?direction=incoming')
    expect(theirs).toEqual({
      ...answer.body,
      direction: 'incoming',
      partnerAccountId: acme.id,
      partnerAccountName: 'Acme',
    })
    expect(await listed(ines)).toEqual([])
  })

  it('proofs, files and folders are listed by direction and by kind, newest first', async () => {
    await makePartners(ada, bo)
    const [proof, file, folder] = ['proof', 'file', 'folder'].map((kind) => fresh({ kind }))
    const back = fresh({ partnerAccountId: acme.id, kind: 'file', url: undefined })
    for (const object of [proof, file, folder]) await share(max, object as object)
    expect((await share(olle, back)).url).toBeNull()
    const of = (...objects: ({ objectId: string } | undefined)[]) => objects.map((one) => one?.objectId ?? '')
    await expectListed(ada, '', of(back, folder, file, proof))
    await expectListed(ada, '?direction=outgoing', of(folder, file, proof))
    await expectListed(ada, '?direction=incoming', of(back))
    await expectListed(ada, '?kind=file', of(back, file))
    await expectListed(ada, '?kind=file&direction=outgoing', of(file))
    await expectListed(bo, '?kind=folder&direction=incoming', of(folder))
    expect(await listed(bo, '?kind=folder&direction=outgoing')).toEqual([])
  })

  it('only the account that shared it takes it back; for the others it is not-found', async () => {
    await makePartners(ada, bo)
    const { id, objectId } = await share(max, fresh())
    for (const user of [bo, gun, ines])
      expect(answered(await call(user, 'DELETE', `/v1/shares/${id}`)), user).toBe('404 not-found')
    await expectListed(bo, '', [objectId])
    expect(answered(await call(ada, 'DELETE', `/v1/shares/${id}`))).toBe('204')
    expect(answered(await call(ada, 'DELETE', `/v1/shares/${id}`))).toBe('404 not-found')
  })

  it('shared once more after it was taken back, it is another share, which the old id does not touch', async () => {
    await makePartners(ada, bo)
    const fields = fresh()
    const first = await share(max, fields)
    await perform(max, 'DELETE', `/v1/shares/${first.id}`)
    const second = await call<Share>(max, 'POST', '/v1/shares', fields)
    expect(answered(second)).toBe('201')
    expect(second.body.id).not.toBe(first.id)
    expect(answered(await call(max, 'DELETE', `/v1/shares/${first.id}`))).toBe('404 not-found')
    await expectListed(bo, '', [fields.objectId])
  })

  it.each([
    ['no kind', { kind: undefined }, 'kind'],
    ['a kind that there is not', { kind: 'user' }, 'kind'],
    ['no title', { title: '' }, 'title'],
    ['a title of two lines', { title: 'a\r\nb' }, 'title'],
    ['a title of 201 characters', { title: 'a'.repeat(201) }, 'title'],
    ['no object', { objectId: undefined }, 'objectId'],
    ['a link that is a script', { url: 'javascript:alert(1)' }, 'url'],
    ['a link that is none', { url: 'proofs.example' }, 'url'],
    ['no partner', { partnerAccountId: 7 }, 'partnerAccountId'],
  ])('%s is 422 invalid-field, whoever the partner is', async (_, wrong, field) => {
    const answer = await call<{ errors: { pointer: string }[] }>(max, 'POST', '/v1/shares', fresh(wrong))
    expect(answered(answer)).toBe('422 invalid-field')
    expect(answer.body.errors.map(({ pointer }) => pointer)).toEqual([`/${field}`])
  })

  it('of an object shared and taken back by eight at once, both sides list the same', async () => {
    await makePartners(ada, bo)
    const fields = fresh()
    const { id } = await share(max, fields)
    for (let round = 0; round < 5; round += 1) {
      await Promise.all([
        ...[ada, max, ada, max].map((user) => call(user, 'DELETE', `/v1/shares/${id}`)),
        ...[1, 2, 3, 4].map((n) => call(max, 'POST', '/v1/shares', { ...fields, title: `Cover ${n}` })),
      ])
      await eventually(async () => {
        const seen = await Promise.all([ada, bo].map((user) => all<Share>(user, '/v1/shares')))
        const [ours, theirs] = seen.map((shares) =>
          shares.filter(({ objectId }) => objectId === fields.objectId).map(({ id, title }) => [id, title]),
        )
        expect(ours).toEqual(theirs)
        expect(ours?.length).toBeLessThanOrEqual(1)
      })
    }
  })
})
