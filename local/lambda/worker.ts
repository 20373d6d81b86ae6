import { createRequire } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import type { Answer, Boot, Invocation } from './isolate.ts'

/**
 * The inside of an isolate: loads the handler once, then runs one event after the other. An error that the handler
 * throws is an answer. An error outside its promise, or process.exit, ends the thread, as in Lambda.
 */
const { entry, exportName } = workerData as Boot
const port = parentPort
if (!port) throw new Error('worker.ts runs as a worker thread only')

const handler = createRequire(entry)(entry)[exportName]
if (typeof handler !== 'function') throw new Error(`${entry} exports no function ${exportName}`)

port.on('message', async ({ event, context, deadline }: Invocation) => {
  const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now())
  port.postMessage(await run(JSON.parse(event), { ...context, getRemainingTimeInMillis }))
})
port.postMessage('ready')

async function run(event: unknown, context: object): Promise<Answer> {
  try {
    return { payload: JSON.stringify(await handler(event, context)) ?? 'null' }
  } catch (thrown) {
    const error = thrown instanceof Error ? thrown : new Error(String(thrown))
    console.error(error)
    const { name, message, stack = '' } = error
    const payload = { errorType: name, errorMessage: message, trace: stack.split('\n') }
    return { payload: JSON.stringify(payload), functionError: 'Unhandled' }
  }
}
