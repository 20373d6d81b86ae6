/** Calls under way at once; the SDK keeps 50 connections. */
const concurrency = 25

/** Performs an action for each item, for several at once. Rejects with the first failure, while others can still be running. */
export async function inParallel<T>(items: T[], perform: (item: T) => Promise<void>): Promise<void> {
  const left = [...items]
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await perform(item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
