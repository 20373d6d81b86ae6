import {
  type InfiniteData,
  keepPreviousData,
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { api, dataOf, type List, type Me, once, worthRetrying } from './api.ts'
import { type Notice, useNotices } from './notices.tsx'

const pollMilliseconds = 3_000
/** So many rows of a list that is wanted whole are read unasked; beyond, the reader asks for more or searches. */
const unasked = 1_000
/** The lists of the service follow its answers by a moment. */
const settleMilliseconds = 800

const retry = (failures: number, error: unknown) => failures < 2 && worthRetrying(error)

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 1_000 }, mutations: { retry, networkMode: 'always' } },
})

const me = {
  queryKey: ['me'],
  queryFn: async () => dataOf(await api.GET('/v1/me')),
}

/** Who has signed in, for the start of the application. */
export const readMe = (): Promise<Me> => queryClient.fetchQuery(me)

/** Who has signed in; asked again now and then, since an administrator may cease to be one. */
export const useMe = () => useQuery({ ...me, refetchInterval: 5 * pollMilliseconds })

type Pages<Row> = InfiniteData<{ items: Row[]; next: string | null }, string | undefined>

export type Rows<Row> = {
  /** Undefined until the first page is there. */
  rows: Row[] | undefined
  /** Why it was not read the last time; undefined where it was. */
  failure: unknown
  /** Not read for want of a network. */
  waiting: boolean
  retry(): void
  /** Undefined where there are no more. */
  more: (() => void) | undefined
}

/**
 * The rows of a list. While the page is visible it is read again every few seconds, more slowly the longer it is; what
 * others do shows up that way.
 */
export function useRows<Row>(list: List<Row>): Rows<Row> {
  const client = useQueryClient()
  const query = useInfiniteQuery({
    queryKey: ['rows', ...list.key],
    queryFn: async ({ pageParam, signal }) => dataOf(await list.read(pageParam, signal)),
    initialPageParam: undefined as string | undefined,
    // While a search is under way, what was found before stays.
    placeholderData: keepPreviousData,
    getNextPageParam: (page) => page.next ?? undefined,
    // What an action has shown at once must not be overwritten by what was so before it.
    refetchInterval: ({ state }) =>
      client.isMutating() > 0 ? false : pollMilliseconds * Math.max(1, state.data?.pages.length ?? 1),
  })
  const rows = query.data?.pages.flatMap((page) => page.items)
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  const reads = list.whole && hasNextPage && !isFetching && !isError && (rows?.length ?? 0) < unasked
  useEffect(() => {
    if (reads) void fetchNextPage()
  }, [reads, fetchNextPage])
  return {
    rows,
    failure: query.isError ? query.error : undefined,
    waiting: query.fetchStatus === 'paused',
    retry: () => void query.refetch(),
    more: hasNextPage ? () => void fetchNextPage() : undefined,
  }
}

/** Whether some of the lists are still read for the first time: they are shown together, so that none pushes the others about. */
export const areLoading = (...lists: Rows<unknown>[]): boolean =>
  lists.some(({ rows, failure, waiting }) => !rows && failure === undefined && !waiting)

type Key = readonly string[]

/** What an action shows at once, before it is answered. A key stands for all lists whose key begins with it. */
export type Shown = {
  without<Row>(key: Key, gone: (row: Row) => boolean): void
  changed<Row>(key: Key, change: (row: Row) => Row): void
  first<Row>(list: List<Row>, row: Row): void
}

function shown(client: QueryClient): Shown {
  const edit = <Row>(key: Key, change: (items: Row[], at: number) => Row[]) =>
    client.setQueriesData<Pages<Row>>(
      { queryKey: ['rows', ...key] },
      (data) =>
        data && {
          ...data,
          pages: data.pages.map((page, at) => ({ ...page, items: change(page.items, at) })),
        },
    )
  return {
    without: <Row>(key: Key, gone: (row: Row) => boolean) =>
      edit<Row>(key, (items) => items.filter((row) => !gone(row))),
    changed: <Row>(key: Key, change: (row: Row) => Row) => edit<Row>(key, (items) => items.map(change)),
    first: <Row>(list: List<Row>, row: Row) =>
      edit<Row>(list.key, (items, at) => (at === 0 ? [row, ...items] : items)),
  }
}

type Action<Input, Output> = {
  /** Throws what it was refused with. */
  run(input: Input): Promise<Output>
  /** What is seen at once. It is undone where the action is refused. */
  show?(shown: Shown, input: Input): void
  /** What its answer adds to what is seen, until the lists are read again. */
  showDone?(shown: Shown, output: Output): void
  /** What to tell when it is done. */
  done(input: Input, output: Output): Notice['message']
  /** What to say was not done, where that isn't told elsewhere. */
  undone?(input: Input): Notice['message']
}

/** An action of the reader's: what it does is shown at once, and taken back, with the reason, where it is refused. */
export function useAction<Input, Output = unknown>(action: Action<Input, Output>) {
  const client = useQueryClient()
  const { tell, refuse } = useNotices()
  return useMutation({
    mutationFn: action.run,
    onMutate: async (input: Input) => {
      // Only what is read again: what is read for the first time would never come.
      await client.cancelQueries({ queryKey: ['rows'], predicate: ({ state }) => state.data !== undefined })
      const before = client.getQueriesData({ queryKey: ['rows'] })
      action.show?.(shown(client), input)
      keepFocus()
      return before
    },
    onError: (error, input, before) => {
      for (const [key, data] of before ?? []) client.setQueryData(key, data)
      if (action.undone) refuse(action.undone(input), error)
      void client.invalidateQueries()
    },
    onSuccess: (output, input) => {
      action.showDone?.(shown(client), output)
      tell(action.done(input, output))
      setTimeout(() => void client.invalidateQueries(), settleMilliseconds)
    },
  })
}

/** Sends a body so that tries that are repeated make one thing, until one has succeeded: then the same body makes another. */
export function useOnce<Body extends object, Output>(
  run: (body: Body, header: ReturnType<typeof once>) => Promise<Output>,
): (body: Body) => Promise<Output> {
  const last = useRef<{ text: string; header: ReturnType<typeof once> }>(undefined)
  return async (body) => {
    const text = JSON.stringify(body)
    if (last.current?.text !== text) last.current = { text, header: once() }
    const output = await run(body, last.current.header)
    last.current = undefined
    return output
  }
}

/** What had the focus may be gone with its row: then the page's heading has it, so that the keyboard goes on from there. */
export function keepFocus() {
  setTimeout(() => {
    if (document.activeElement === document.body) document.querySelector('h1')?.focus()
  }, 100)
}
