import * as z from 'zod'
import { answers, type Contract, describeAction } from './contract.ts'
import { bo, exampleNext } from './examples.ts'
import { cursor, hostId, limit } from './fields.ts'
import { type Contact, contactPage, contactsCsv, type Page } from './shapes.ts'

export const listContacts = {
  name: 'list-contacts',
  method: 'GET',
  path: '/v1/contacts',
  access: 'user',
  query: z.strictObject({
    kind: z
      .enum(['user', 'member'], 'The kind is user or member.')
      .optional()
      .meta({ description: 'Only users of your account, or only members, which are users of partners.' }),
    accountId: hostId
      .optional()
      .meta({ description: 'Only contacts of this account, which can be your own.' }),
    q: z.string().max(200, 'A search has at most 200 characters.').default('').meta({
      description:
        'Only contacts with all of these words in their name or address. Parts of words match. Case and accents are ignored. A page can be short and still have a `next`.',
    }),
    limit: limit.optional().meta({
      description: 'The maximum number of items in a page: 25 by default, and in CSV as many as fit.',
    }),
    cursor,
  }),
  answers: answers<{ 200: Page<Contact> | string }>(),
} as const satisfies Contract

export const documentation = describeAction(listContacts, {
  tag: 'Contacts',
  summary: 'List contacts',
  description:
    'Lists contacts by name, ignoring case and accents. With `Accept: text/csv`, the answer is CSV (RFC 4180, UTF-8) in parts of at most 4 MB. Append the parts to get one file: only the first part has the header line. `Link` is the address of the next part.',
  answers: [
    {
      status: 200,
      description: 'A page of contacts.',
      headers: ['Link'],
      content: [
        {
          mediaType: 'application/json',
          schema: contactPage,
          example: { items: [bo], next: exampleNext },
        },
        {
          mediaType: 'text/csv',
          schema: contactsCsv,
          example:
            '"name","email","profile","kind","accountId","accountName","live","emailConfirmed"\r\n"Bo Ek","bo@globex.example","manager","member","globex","Globex","true","true"\r\n',
        },
      ],
    },
  ],
  problems: ['invalid-field'],
})
