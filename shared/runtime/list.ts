import type * as z from 'zod'
import { pageOf, positionOf } from '../answers/page.ts'
import type { Contract } from '../contract/contract.ts'
import type { Clock } from '../domain/context.ts'
import { isRefusal } from '../domain/refusals.ts'
import type { ActiveUser } from '../table/items.ts'
import type { Key } from '../table/keys.ts'
import type { ItemsOf, Page } from '../table/read.ts'
import { type Answer, action, type Request, type UserContract } from './action.ts'

type ListContract = UserContract & { query: z.ZodType<{ cursor?: string | undefined }> }

/** An item of a page in the answer of the contract. */
type View<C extends Contract> = Extract<C['answers'][200], { items: unknown[] }>['items'][number]

/** The function of an action that lists items in pages, each page from a query that runs while the caller is read. */
export function listAction<
  C extends ListContract,
  Item,
  const Keys extends readonly (Key<unknown> | undefined)[] = [],
>(
  contract: C,
  steps: {
    /** The list that the caller's account and query select. Its cursors are good for this list only. */
    list: (request: Request<C>) => string
    /** The page after a position; from the beginning without one. */
    page: (request: Request<C>, after: string | undefined) => Promise<Page<Item>>
    /** The keys of items that are read in one round trip with the caller's user. */
    read?: (request: Request<C>) => Keys
    /** The items of a page as the interface shows them. */
    views: (
      page: Item[],
      request: { user: ActiveUser; clock: Clock; items: ItemsOf<Keys> },
    ) => Promise<View<C>[]> | View<C>[]
    /** The answer in another form than JSON. */
    render?: (views: View<C>[], request: Request<C>) => { body?: string; headers: Record<string, string> }
  },
) {
  return action(contract, {
    read: (request) => (steps.read?.(request) ?? []) as Keys,
    query: (request) => {
      const from = positionOf((request.query as { cursor?: string | undefined }).cursor, steps.list(request))
      return isRefusal(from) ? from : steps.page(request, from.after)
    },
    perform: async ({ user, items, queried, ...rest }) => {
      const request = rest as unknown as Request<C>
      const views = await steps.views(queried.items, { user, clock: request.clock, items })
      const answer = pageOf(request.self, steps.list(request), { views, next: queried.next })
      const rendered = steps.render?.(views, request)
      return {
        ...answer,
        ...rendered,
        headers: { ...answer.headers, ...rendered?.headers },
      } as unknown as Answer<C>
    },
  })
}
