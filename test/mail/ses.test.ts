import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { SESClient, SendEmailCommand } from '@aws-sdk/client-ses'
import { mockClient } from 'aws-sdk-client-mock'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderMail } from '../../shared/mail/render.ts'
import { sendMail } from '../../shared/mail/ses.ts'

const from = 'partners@app.example'
const mail = renderMail(
  {
    kind: 'invitation-accepted',
    partnerAccountName: 'Åkers “Bröd”\r\nBcc: all@evil.example',
    url: 'https://app.example/contacts',
  },
  'sv',
)

describe('what SES is asked', () => {
  const client = new SESClient({ region: 'eu-north-1' })
  const calls = mockClient(client)

  it('is one mail to one address, in UTF-8, and its id is the answer', async () => {
    calls.reset()
    calls.on(SendEmailCommand).resolves({ MessageId: 'id-of-ses' })
    await expect(sendMail(client, { from, to: "o'neill+x@xn--bcher-kva.example", ...mail })).resolves.toBe(
      'id-of-ses',
    )
    expect(calls.calls().map(({ args: [command] }) => command.input)).toEqual([
      {
        Source: from,
        Destination: { ToAddresses: ["o'neill+x@xn--bcher-kva.example"] },
        Message: {
          Subject: { Data: mail.subject, Charset: 'UTF-8' },
          Body: {
            Text: { Data: mail.text, Charset: 'UTF-8' },
            Html: { Data: mail.html, Charset: 'UTF-8' },
          },
        },
      },
    ])
  })

  it.each([
    '',
    'bo',
    '@globex.example',
    'bo@',
    'bo@globex.example@evil.example',
    'bo@globex.example,all@evil.example',
    'bo,all@evil.example',
    'bo@globex.example;all@evil.example',
    'bo@globex.example\r\nBcc: all',
    'bo@globex.example\n',
    'bo\u0000@globex.example',
    'bo ek@globex.example',
    'bo@globex .example',
    'bo@globex\u2028.example',
    'Bo <bo@globex.example>',
    '"bo"@globex.example',
    'bö@globex.example',
    'bo@[127.0.0.1]',
    'bo@xn--ü.example',
    // Addresses are kept in ASCII and lower case: this one has come past the rule.
    'bo@bröd.example',
    'Bo.Ek@globex.example',
  ])('is never to send to %j', async (to) => {
    calls.reset()
    await expect(sendMail(client, { from, to, ...mail })).rejects.toThrow(
      `Not an address that SES can send to: ${JSON.stringify(to)}`,
    )
    expect(calls.calls()).toEqual([])
  })

  it('has failed where SES gives no id', async () => {
    calls.reset()
    calls.on(SendEmailCommand).resolves({})
    await expect(sendMail(client, { from, to: 'bo@globex.example', ...mail })).rejects.toThrow(
      'no message id',
    )
  })

  it('passes on SES’s own refusal', async () => {
    calls.reset()
    calls.on(SendEmailCommand).rejects(new Error('Maximum sending rate exceeded.'))
    await expect(sendMail(client, { from, to: 'bo@globex.example', ...mail })).rejects.toThrow(
      'Maximum sending rate exceeded.',
    )
  })
})

describe('a mail server', () => {
  let server: Server
  let url: string

  beforeAll(async () => {
    // It is CommonJS, and loaders differ in what they take for its default export.
    const { default: start } = createRequire(import.meta.url)('aws-ses-v2-local') as {
      default(config: { host: string; port: number }): Promise<Server>
    }
    server = await start({ host: '127.0.0.1', port: 0 })
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  it('gets the mail as it was rendered, every character of it', async () => {
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
    const client = new SESClient({ region: 'eu-north-1', endpoint: url, credentials })
    const id = await sendMail(client, { from, to: 'gun@globex.example', ...mail })
    client.destroy()
    const { emails } = (await (await fetch(`${url}/store`)).json()) as { emails: object[] }
    expect(emails).toEqual([
      expect.objectContaining({
        messageId: id,
        from,
        destination: { to: ['gun@globex.example'], cc: [], bcc: [] },
        subject: mail.subject,
        body: { text: mail.text, html: mail.html },
      }),
    ])
  })
})
