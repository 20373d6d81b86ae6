import { randomUUID } from 'node:crypto'
import { createInterface } from 'node:readline'
import { Worker } from 'node:worker_threads'
import type { Role } from '../template/roles.ts'

/** Everything that a function's isolates need. */
export type FunctionSettings = {
  name: string
  arn: string
  role: Role
  /** The built file that holds the handler. */
  entry: string
  exportName: string
  timeoutSeconds: number
  /** The environment without the access key, of which each isolate has its own. */
  environment: Record<string, string>
  /** The part of Lambda's context that does not change from request to request. */
  context: object
}

/** Called with each line that a function prints. */
export type IsolateLog = (line: string, toStderr: boolean) => void

/** The data that a worker starts with. */
export type Boot = { entry: string; exportName: string }

/** A request to a worker: the event as JSON, the context without its method, and the end of its time. */
export type Invocation = { event: string; context: object; deadline: number }

/** A function's answer as JSON, or an error in Lambda's words. */
export type Answer = { payload: string; functionError?: 'Unhandled' }

/** Lambda allows code outside the handler ten seconds, which do not count towards a request. */
const initMilliseconds = 10_000

/** The maximum size of an answer. */
const maxAnswerBytes = 6 * 1024 * 1024

/** A thread with a function, which runs one request at a time. */
export class Isolate {
  /** Signs the calls of this isolate, so that the endpoint recognizes it. Letters and digits only. */
  readonly accessKeyId = `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`
  /** False once the thread has ended. */
  alive = true
  readonly #function: FunctionSettings
  readonly #worker: Worker
  readonly #ready: Promise<void>
  /** Settles the request that is running. */
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
    createInterface({ input: this.#worker.stdout }).on('line', (line) => log(line, false))
    createInterface({ input: this.#worker.stderr }).on('line', (line) => log(line, true))
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

  /** Ends the thread at once. The running request is answered with a function error. */
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

  /** The first call settles the running request. Later ones have no effect. */
  #end(answer: Answer) {
    this.alive = false
    this.#settle(answer)
  }
}

/** The answer to a request that was waiting for an isolate when the stack was stopped. */
export const stopped = failure('Runtime.ExitError', 'The stack was stopped before the request began.')

function failure(errorType: string, errorMessage: string): Answer {
  return { payload: JSON.stringify({ errorType, errorMessage }), functionError: 'Unhandled' }
}

function withinSize(answer: Answer): Answer {
  if (Buffer.byteLength(answer.payload) <= maxAnswerBytes) return answer
  const message = `Response payload size exceeded maximum allowed payload size (${maxAnswerBytes} bytes).`
  return failure('Function.ResponseSizeTooLarge', message)
}
