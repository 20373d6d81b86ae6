import { SESClient, type SendEmailCommand } from '@aws-sdk/client-ses'
import { handler as sendEmails } from '../../functions/send-emails.ts'
import { handler as syncContacts } from '../../functions/sync-contacts.ts'
import { call, inShort } from '../kit/call.ts'
import { deliver, recordOf } from '../kit/deliver.ts'
import type { MemoryTable } from '../kit/memory-table.ts'
import type { Change } from '../kit/store.ts'
import type { Mail, Request } from '../model/model.ts'

type Page = { items: unknown[]; next: string | null }

/** Small, so that long lists need more than one page. */
const limit = '20'

/** What an e-mail is about, by the link in it. */
const kinds: [RegExp, Mail['kind']][] = [
  [/\/partners/, 'invitation-sent'],
  [/\/contacts/, 'invitation-accepted'],
  [/\/confirm#/, 'confirmation'],
  [/./, 'invitation-rejected'],
]

/** The product's functions on a table in memory, whose changes are delivered to the effects after each request. */
export class InProcess {
  readonly mails: Mail[] = []
  readonly #memory: MemoryTable
  readonly #changes: Change[] = []

  constructor(memory: MemoryTable) {
    this.#memory = memory
    memory.changed = (change) => this.#changes.push(change)
    const send = ({ input: { Destination, Message } }: SendEmailCommand) => {
      const text = Message?.Body?.Text?.Data ?? ''
      const [, kind] = kinds.find(([link]) => link.test(text)) ?? []
      if (kind) this.mails.push({ kind, to: Destination?.ToAddresses?.[0] ?? '' })
      return Promise.resolve({ MessageId: 'sent' })
    }
    Object.assign(SESClient.prototype, { send })
  }

  /** Answers a request, a list with all of its pages, when all that follows from it is done. */
  async ask(request: Request): Promise<{ answer: string; body: unknown }> {
    const items: unknown[] = []
    for (let query = request.query; ; ) {
      const isList = request.action.startsWith('list-')
      const answered = await call(request.action, { ...request, query: isList ? { ...query, limit } : query })
      if (answered.status >= 500) throw new Error(`${inShort(answered)}: ${answered.text}`)
      await this.#deliver()
      if (!isList || answered.status !== 200) return { answer: inShort(answered), body: answered.body }
      const page = answered.body as Page
      items.push(...page.items)
      if (page.next === null) return { answer: inShort(answered), body: { items } }
      query = { ...query, cursor: page.next }
    }
  }

  async #deliver(): Promise<void> {
    for (let change = this.#changes.shift(); change; change = this.#changes.shift()) {
      const { old, next } = change
      // No history is to meet a day's limit.
      if (next?.type === 'quota') this.#memory.remove(change)
      const isCopied =
        (next?.type === 'user' && next.hostVersionOnly === undefined) ||
        next?.type === 'copy' ||
        (next?.type === 'partnership' && next.endedAt === undefined)
      const isMailed =
        (!old && next?.type === 'event' && next.mail !== undefined) ||
        (next?.type === 'confirmation' && next.digest === undefined)
      for (const handler of [...(isCopied ? [syncContacts] : []), ...(isMailed ? [sendEmails] : [])]) {
        if (next && (await deliver(handler, [recordOf(next, old)])) > 0)
          throw new Error(`A record of ${change.pk} ${change.sk} failed`)
      }
    }
  }
}
