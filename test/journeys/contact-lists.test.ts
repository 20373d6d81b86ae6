import { parse } from 'csv-parse/sync'
import { beforeEach, describe, expect, inject, it } from 'vitest'
import { all, answered, type Contact, call, eventually, type Page, page, perform, signIn } from './api.ts'
import {
  acme,
  ada,
  addUser,
  bo,
  expectContacts,
  globex,
  makePartners,
  max,
  newAddress,
  reset,
} from './relationship.ts'

describe('searching contacts', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  const found = async (user: string, query: string): Promise<string[]> =>
    (await all<Contact>(user, `/v1/contacts?${query}`)).map(({ name }) => name)

  it('finds names and addresses as a person types them: case, accents, part of a word', async () => {
    await addUser(acme, { name: 'Åsa Lindström' })
    await addUser(acme, { name: 'Aaron Lindberg' })
    const { email } = await addUser(acme, { name: 'Zoë' })
    await eventually(async () => {
      expect(await found(max, 'q=asa')).toEqual(['Åsa Lindström'])
      expect(await found(max, `q=${encodeURIComponent('ÅSA LIND')}`)).toEqual(['Åsa Lindström'])
      expect(await found(max, 'q=lindb')).toEqual(['Aaron Lindberg'])
      expect(await found(max, 'q=zoe')).toEqual(['Zoë'])
      expect(await found(max, `q=${encodeURIComponent(email.slice(3, 20).toUpperCase())}`)).toEqual(['Zoë'])
    })
    expect(await found(max, 'q=nobody-is-called-so')).toEqual([])
    expect(await found(max, 'q=')).toEqual(await found(max, ''))
  })

  it('goes with the other filters, in pages that are in the order of names and miss and repeat nobody', async () => {
    await makePartners(ada, bo)
    await expectContacts(acme, globex)
    const names = Array.from({ length: 7 }, (_, n) => `Searched ${'gfedcba'[n]}`)
    for (const name of names) await addUser(globex, { name })
    for (const name of ['Searched in Acme', 'Not this one']) await addUser(acme, { name })
    await eventually(async () =>
      expect(await found(max, 'q=searched&kind=member')).toEqual([...names].sort()),
    )
    expect(await found(max, 'q=searched&kind=user')).toEqual(['Searched in Acme'])
    expect(await found(max, `q=searched&accountId=${globex.id}`)).toEqual([...names].sort())
    const seen: string[] = []
    for (let next: string | null = ''; next !== null; ) {
      const cursor: string = next && `&cursor=${encodeURIComponent(next)}`
      const one: Page<Contact> = await page(max, `/v1/contacts?q=searched&kind=member&limit=2${cursor}`)
      expect(one.items.length).toBeLessThanOrEqual(2)
      seen.push(...one.items.map(({ name }) => name))
      next = one.next
    }
    expect(seen).toEqual([...names].sort())
  })

  it('a cursor is for the search that it came from', async () => {
    const { next } = await page<Contact>(ada, '/v1/contacts?q=acme&limit=1')
    expect(next).not.toBeNull()
    const cursor = encodeURIComponent(next ?? '')
    expect(answered(await call(ada, 'GET', `/v1/contacts?q=acme&cursor=${cursor}`))).toBe('200')
    for (const query of ['q=globex', 'kind=user', 'q=acme&kind=user', ''])
      expect(answered(await call(ada, 'GET', `/v1/contacts?${query}&cursor=${cursor}`)), query).toBe(
        '400 malformed-request',
      )
    expect(answered(await call(bo, 'GET', `/v1/contacts?q=acme&cursor=${cursor}`))).toBe(
      '400 malformed-request',
    )
  })
})

describe('contacts as CSV', { timeout: 60_000 }, () => {
  beforeEach(reset, 120_000)

  const bom = '\ufeff'

  async function part(user: string, path: string) {
    const { api } = inject('stack')
    const authorization = `Bearer ${await signIn(user)}`
    const response = await fetch(new URL(path, api), { headers: { authorization, accept: 'text/csv' } })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('x-request-id')).toBeTruthy()
    // The body as it is sent: text() would drop the byte order mark.
    const text = Buffer.from(await response.arrayBuffer()).toString()
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(4 * 1024 * 1024)
    return { text, next: /<([^>]*)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1] }
  }

  it('has a byte order mark, a header line, and a line for each contact in the order of the list', async () => {
    await addUser(acme, { name: 'Quo"ted, Åsa' })
    await eventually(async () => {
      const contacts = await all<Contact>(max, '/v1/contacts')
      const { text, next } = await part(max, '/v1/contacts')
      expect(next).toBeUndefined()
      expect(text.split('\r\n')[0]).toBe(
        `${bom}"name","email","profile","kind","accountId","accountName","live","emailConfirmed"`,
      )
      expect(text).toContain('"Quo""ted, Åsa"')
      expect(parse(text, { bom: true, columns: true, record_delimiter: '\r\n' })).toEqual(
        contacts.map(({ id, live, emailConfirmed, ...contact }) => ({
          ...contact,
          ...{ live: String(live), emailConfirmed: String(emailConfirmed) },
        })),
      )
    })
  })

  it('comes in parts, the header line in the first only, which one after the other are the file', async () => {
    for (let n = 0; n < 5; n += 1) await addUser(acme, { name: `Part ${n}` })
    await eventually(async () => {
      const { text: whole } = await part(max, '/v1/contacts?kind=user')
      let [file, parts] = ['', 0]
      for (let path: string | undefined = '/v1/contacts?kind=user&limit=3'; path; parts += 1) {
        const { text, next }: { text: string; next: string | undefined } = await part(max, path)
        file += text
        path = next
      }
      expect(parts).toBe(3)
      expect(file).toBe(whole)
    })
  })

  it.each(['=1+1', '+46', '-1', '@SUM(A1)', '＝1+1'])(
    'has no cell that a spreadsheet would run as a formula: %s',
    async (name) => {
      await addUser(acme, { name })
      await eventually(async () => {
        const { text } = await part(max, '/v1/contacts?kind=user')
        const rows = parse(text, { bom: true, columns: true, record_delimiter: '\r\n' }) as { name: string }[]
        expect(rows.map((row) => row.name)).toContain(`'${name}`)
      })
    },
  )

  it('is what is asked for by Accept, and JSON otherwise; a refusal is a problem', async () => {
    for (const accept of ['*/*', 'application/json, text/csv', 'text/plain'])
      expect(
        Array.isArray(
          (await call<Page<Contact>>(max, 'GET', '/v1/contacts', undefined, { accept })).body.items,
        ),
      ).toBe(true)
    const refused = await call(max, 'GET', '/v1/contacts?cursor=x', undefined, { accept: 'text/csv' })
    expect(answered(refused)).toBe('400 malformed-request')
  })

  it('lists what a search or filter leaves', async () => {
    const email = newAddress(acme)
    await perform(ada, 'POST', '/v1/users', { email, name: 'Só', profile: 'observer' })
    await eventually(async () => {
      const { text } = await part(max, '/v1/contacts?q=so&kind=user')
      expect(text).toContain(`\r\n"Só","${email}","observer","user","${acme.id}","Acme","true","false"\r\n`)
    })
  })
})
