import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { Worker } from 'node:worker_threads'
import type { Role } from '../template/roles.ts'

/** What a function's isolates are made from. */
export type FunctionSettings = {
  name: string
  arn: string
  role: Role
  /** The built file that holds the handler. */
  entry: string
  exportName: string
  timeoutSeconds: number
  /** All of the environment but the access key, which each isolate has for itself. */
  environment: Record<string, string>
  /** The part of Lambda's context that does not change from request to request. */
  context: object
}

/** Told of each line that a function prints, and whether as an error. */
export type IsolateLog = (line: string, toStderr: boolean) => void

/** What a worker starts with. */
export type Boot = { entry: string; exportName: string }

/** What a worker is asked to do: the event as JSON, the context less its method, when time is up. */
export type Invocation = { event: string; context: object; deadline: number }

/** What a function gives back: its answer as JSON, or what went wrong, as Lambda words it. */
export type Answer = { payload: string; functionError?: 'Unhandled' }

/** Lambda gives code outside of the handler ten seconds; what is left over counts towards no request. */
const initMilliseconds = 10_000

/** The largest answer that Lambda passes on. */
const maxAnswerBytes = 6 * 1024 * 1024

/** One thread with one copy of a function, which takes one request at a time. */
export class Isolate {
  /** The access key that its calls are signed with, by which the endpoint knows it. Letters and digits only. */
  readonly accessKeyId = `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`
  /** False once the thread has ended. */
  alive = true
  readonly #function: FunctionSettings
  readonly #worker: Worker
  readonly #ready: Promise<void>
  /** Settles the request that is under way. */
  #settle: (answer: Answer) => void = () => {}

  constructor(settings: FunctionSettings, log: IsolateLog) {
    this.#function = settings
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: { entry: settings.entry, exportName: settings.exportName } satisfies Boot,
      env: { ...settings.environment, AWS_ACCESS_KEY_ID: this.accessKeyId },
      execArgv: [],
      stdout: true,
      stderr: true,
    })
    passOn(this.#worker.stdout, (line) => log(line, false))
    passOn(this.#worker.stderr, (line) => log(line, true))
    const ready = Promise.withResolvers<void>()
    this.#ready = ready.promise
    this.#worker.on('message', (message: 'ready' | Answer) =>
      message === 'ready' ? ready.resolve() : this.#settle(message),
    )
    this.#worker.on('error', (error: Error) => {
      this.#end(failure(error.name, error.message))
      log(error.stack ?? error.message, true)
    })
    this.#worker.on('exit', (code) => {
      this.#end(failure('Runtime.ExitError', `Runtime exited with error: exit status ${code}`))
      ready.resolve()
    })
  }

  /** Runs one event. Never rejects: a crash, an exit and a timeout are answers too, and end the isolate. */
  async invoke(event: string, requestId: string): Promise<Answer> {
    const answered = Promise.withResolvers<Answer>()
    this.#settle = answered.resolve
    const init = setTimeout(() => this.#timeOut(requestId, initMilliseconds), initMilliseconds)
    await this.#ready
    clearTimeout(init)
    if (!this.alive) this.#settle(failure('Runtime.ExitError', 'The isolate ended before the request.'))
    const milliseconds = this.#function.timeoutSeconds * 1000
    const timeout = setTimeout(() => this.#timeOut(requestId, milliseconds), milliseconds)
    this.#worker.postMessage({
      event,
      context: { ...this.#function.context, awsRequestId: requestId },
      deadline: Date.now() + milliseconds,
    } satisfies Invocation)
    const answer = await answered.promise
    clearTimeout(timeout)
    return withinSize(answer)
  }

  /** Ends the thread wherever it stands; the request under way gets a function error. */
  async terminate() {
    this.#end(failure('Runtime.ExitError', 'Runtime exited with error: signal: killed'))
    await this.#worker.terminate()
  }

  #timeOut(requestId: string, milliseconds: number) {
    const seconds = (milliseconds / 1000).toFixed(2)
    const message = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`
    this.#end(failure('Sandbox.Timedout', message))
    void this.#worker.terminate()
  }

  /** The first reason counts: after it, nothing else is running that could be answered. */
  #end(answer: Answer) {
    this.alive = false
    this.#settle(answer)
  }
}

/** The answer to a request that was still waiting for an isolate when all was stopped. */
export const stopped = failure('Runtime.ExitError', 'The stack was stopped before the request began.')

function failure(errorType: string, errorMessage: string): Answer {
  return { payload: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' }
}

function withinSize(answer: Answer): Answer {
  if (Buffer.byteLength(answer.payload) <= maxAnswerBytes) return answer
  const message = `Response payload size exceeded maximum allowed payload size (${maxAnswerBytes} bytes).`
  return failure('Function.ResponseSizeTooLarge', message)
}

function passOn(stream: Readable, log: (line: string) => void) {
  createInterface({ input: stream }).on('line', log)
}
