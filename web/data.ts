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
/** The rows of a whole list that are read at once. For more, the user presses a button or searches. */
const maxRowsAtOnce = 1_000
/** The indexes of the service are eventually consistent. */
const settleMilliseconds = 800

const retry = (failures: number, error: unknown) => failures < 2 && worthRetrying(error)

export const queryClient = new QueryClient({
  defaultOptions: { queries: { retry, staleTime: 1_000 }, mutations: { retry, networkMode: 'always' } },
})

const me = {
  queryKey: ['me'],
  queryFn: async () => dataOf(await api.GET('/v1/me')),
}

/** The signed-in user, at the start of the application. */
export const readMe = (): Promise<Me> => queryClient.fetchQuery(me)

/** The signed-in user. It is read again regularly, because its profile can change. */
export const useMe = () => useQuery({ ...me, refetchInterval: 5 * pollMilliseconds })

type Pages<Row> = InfiniteData<{ items: Row[]; next: string | null }, string | undefined>

export type Rows<Row> = {
  /** Undefined until the first page is read. */
  rows: Row[] | undefined
  /** The error of the last read. Undefined if it succeeded. */
  failure: unknown
  /** Whether the read waits for the network. */
  waiting: boolean
  retry(): void
  /** Reads the next page. Undefined on the last one. */
  more: (() => void) | undefined
}

/** The rows of a list, read again every few seconds while the page is visible, less often the longer the list is. */
export function useRows<Row>(list: List<Row>): Rows<Row> {
  const client = useQueryClient()
  const query = useInfiniteQuery({
    queryKey: ['rows', ...list.key],
    queryFn: async ({ pageParam, signal }) => dataOf(await list.read(pageParam, signal)),
    initialPageParam: undefined as string | undefined,
    // During a search, the previous result stays.
    placeholderData: keepPreviousData,
    getNextPageParam: (page) => page.next ?? undefined,
    // A read during an action would overwrite its optimistic change.
    refetchInterval: ({ state }) =>
      client.isMutating() > 0 ? false : pollMilliseconds * Math.max(1, state.data?.pages.length ?? 1),
  })
  const rows = query.data?.pages.flatMap((page) => page.items)
  const { hasNextPage, isFetching, isError, fetchNextPage } = query
  const readsMore =
    list.whole && hasNextPage && !isFetching && !isError && (rows?.length ?? 0) < maxRowsAtOnce
  useEffect(() => {
    if (readsMore) void fetchNextPage()
  }, [readsMore, fetchNextPage])
  return {
    rows,
    failure: query.isError ? query.error : undefined,
    waiting: query.fetchStatus === 'paused',
    retry: () => void query.refetch(),
    more: hasNextPage ? () => void fetchNextPage() : undefined,
  }
}

/** Whether a list is still read for the first time. Lists of one page appear together, so that none moves another. */
export const areLoading = (...lists: Rows<unknown>[]): boolean =>
  lists.some(({ rows, failure, waiting }) => !rows && failure === undefined && !waiting)

type Key = readonly string[]

/** Changes lists before the answer of an action. A key means all lists whose key begins with it. */
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
  /** Throws the refusal. */
  run(input: Input): Promise<Output>
  /** Changes the lists at once. A refusal undoes it. */
  show?(shown: Shown, input: Input): void
  /** Adds the answer to the lists, until they are read again. */
  showDone?(shown: Shown, output: Output): void
  /** The notice after a success. */
  done(input: Input, output: Output): Notice['message']
  /** The notice after a refusal, if a form does not show the refusal. */
  undone?(input: Input): Notice['message']
}

/** An action of the user. Its effect is shown at once. A refusal undoes the effect and shows the reason. */
export function useAction<Input, Output = unknown>(action: Action<Input, Output>) {
  const client = useQueryClient()
  const { notify, notifyRefusal } = useNotices()
  return useMutation({
    mutationFn: action.run,
    onMutate: async (input: Input) => {
      // A list that is read for the first time must not be cancelled: it would never appear.
      await client.cancelQueries({ queryKey: ['rows'], predicate: ({ state }) => state.data !== undefined })
      const before = client.getQueriesData({ queryKey: ['rows'] })
      action.show?.(shown(client), input)
      keepFocus()
      return before
    },
    onError: (error, input, before) => {
      for (const [key, data] of before ?? []) client.setQueryData(key, data)
      if (action.undone) notifyRefusal(action.undone(input), error)
      void client.invalidateQueries()
    },
    onSuccess: (output, input) => {
      action.showDone?.(shown(client), output)
      notify(action.done(input, output))
      setTimeout(() => void client.invalidateQueries(), settleMilliseconds)
    },
  })
}

/** Sends a body with an Idempotency-Key. Until a try succeeds, repeated tries have the same key, so that they create one object. */
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

/** If the focused element is gone with its row, focuses the page's heading, so that the keyboard continues from there. */
export function keepFocus() {
  setTimeout(() => {
    if (document.activeElement === document.body) document.querySelector('h1')?.focus()
  }, 100)
}
