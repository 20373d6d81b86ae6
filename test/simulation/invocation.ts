import {
  InternalServerError,
  ProvisionedThroughputExceededException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb'
import { BatchGetCommand, GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb'
import { cancelled, type Transaction } from '../kit/store.ts'
import type { Machine, Step } from './machine.ts'
import type { Queue, QueueInput } from './queue.ts'
import type { FaultKind } from './weather.ts'

/** The SDK tries three times. */
const attempts = 3
/** A request that nobody waits for any more arrives within this time, or never: milliseconds. */
const lateness = 200

/** In milliseconds; an action has ten seconds in infra/, which C2's five would not bear: see docs/contacts-in-step.md. */
const timeouts = { action: 3_000, effect: 30_000 }

/** A function that runs, from its invocation until it has answered, died or run out of time. */
export class Invocation {
  readonly id: number
  readonly kind: keyof typeof timeouts
  readonly skew: number
  readonly deadline: number
  readonly speed: number
  readonly calls = new Set<Request>()
  readonly timers = new Set<Timer>()
  endedAt = Number.POSITIVE_INFINITY
  ended: 'answered' | 'failed' | 'killed' | undefined
  /** The event whose mail it is about. */
  event = ''
  /** Of the effect that it is of. */
  queue: Queue | undefined
  readonly #machine: Machine
  readonly #onEnd: (result: unknown, ended: 'answered' | 'failed' | 'killed') => void

  constructor(
    machine: Machine,
    kind: keyof typeof timeouts,
    onEnd: (result: unknown, ended: 'answered' | 'failed' | 'killed') => void,
  ) {
    this.#machine = machine
    this.id = ++machine.invoked
    this.kind = kind
    this.skew = Math.round((machine.random.next() * 2 - 1) * machine.weather.skew)
    this.deadline = machine.now + timeouts[kind]
    this.speed = machine.someSpeed()
    this.#onEnd = onEnd
  }

  start(handler: (context: object) => Promise<unknown>, told: () => string) {
    const machine = this.#machine
    machine.running.add(this)
    machine.current = this
    machine.tell(() => `${told()} (clock ${this.skew < 0 ? '' : '+'}${this.skew} ms)`)
    const context = {
      awsRequestId: `invocation-${this.id}`,
      getRemainingTimeInMillis: () => this.deadline - machine.now,
    }
    handler(context).then(
      (result) => this.#end('answered', result),
      (error) => this.#end('failed', error),
    )
  }

  /** Its requests may still arrive, but no answer reaches it any more. */
  kill() {
    const machine = this.#machine
    for (const call of this.calls) call.orphan()
    for (const timer of this.timers) machine.forget(timer)
    this.calls.clear()
    this.timers.clear()
    this.#end('killed', undefined)
  }

  #end(how: 'answered' | 'failed' | 'killed', result: unknown) {
    if (this.ended) return
    this.ended = how
    this.endedAt = this.#machine.now
    this.#machine.running.delete(this)
    // What an effect left behind ends with its isolate, or goes on when that is used again.
    const goesOn = this.kind === 'effect' && this.#machine.random.chance(0.5)
    if (how !== 'killed' && !goesOn) {
      for (const call of this.calls) call.orphan()
      this.calls.clear()
    }
    this.#onEnd(result, how)
  }
}

export class Timer implements Step {
  readonly speed: number
  readonly due: number
  readonly #machine: Machine
  readonly #invocation: Invocation
  readonly #call: () => void

  constructor(machine: Machine, invocation: Invocation, due: number, call: () => void) {
    this.#machine = machine
    this.#invocation = invocation
    this.#call = call
    this.due = due
    this.speed = invocation.speed
  }

  ready() {
    return true
  }

  take() {
    this.cancel()
    this.#machine.current = this.#invocation
    this.#call()
  }

  cancel() {
    this.#machine.forget(this)
    this.#invocation.timers.delete(this)
  }
}

const lostError = () => Object.assign(new Error('The connection was lost'), { name: 'TimeoutError' })

/** Who sends a request, and how the answer to it is received. */
export type Sender = { machine: Machine; invocation: Invocation; answer: Answer }

/** A request on its way to a service, with the SDK's own tries. */
export abstract class Request implements Step {
  readonly speed: number
  protected readonly machine: Machine
  protected readonly invocation: Invocation
  protected answer: Answer
  protected tried = 0

  constructor({ machine, invocation, answer }: Sender, speed: number) {
    this.machine = machine
    this.invocation = invocation
    this.answer = answer
    this.speed = speed
  }

  ready() {
    return true
  }

  abstract take(): void

  /** Nobody waits for its answer any more; it may arrive all the same. */
  orphan() {
    this.answer = nobody
    if (this.machine.random.chance(0.5)) this.machine.forget(this)
  }

  protected resolve(result: object) {
    this.#leave()
    this.answer.resolve(result)
  }

  protected reject(error: Error) {
    this.#leave()
    this.answer.reject(error)
  }

  #leave() {
    this.machine.forget(this)
    this.invocation.calls.delete(this)
  }
}

/** A command on its way to the store. */
export class Call extends Request {
  due: number
  readonly #command: object
  /** DynamoDB knows a repeated transaction by this. */
  readonly #token: object
  #arrivesBefore: number | undefined
  #transaction: Transaction | undefined

  constructor(sender: Sender, command: object, token: object = {}) {
    super(sender, sender.machine.someSpeed())
    this.#command = command
    this.#token = token
    this.due = this.machine.whenThrough(this.invocation)
  }

  take() {
    this.machine.current = this.invocation
    if (this.#transaction) this.#commit(this.#transaction)
    else if (this.#arrivesBefore === undefined) this.#try()
    else this.#arriveLate(this.#arrivesBefore)
  }

  override orphan() {
    this.#arrivesBefore = Math.min(this.machine.now, this.invocation.deadline) + lateness
    this.answer = nobody
    // What was decided will be done.
    if (this.machine.random.chance(0.5) && !this.#transaction) this.machine.forget(this)
  }

  /** The record of a mail is read before the mail is sent: that tells which event it is for. */
  #noteEvent() {
    if (!(this.#command instanceof BatchGetCommand)) return
    for (const { Keys = [] } of Object.values(this.#command.input.RequestItems ?? {}))
      for (const { pk, sk } of Keys) {
        if (String(pk).startsWith('MAIL#')) this.invocation.event = String(pk).slice('MAIL#'.length)
        // A mail that asks to confirm an address is about no event.
        if (String(sk).startsWith('CONFIRMATION#')) this.invocation.event = ''
      }
  }

  #try() {
    this.#noteEvent()
    const machine = this.machine
    switch (machine.fault(this.#possible())) {
      case undefined:
        return this.#execute()
      case 'throttled':
        return this.#command instanceof TransactWriteCommand
          ? this.reject(this.#throttled())
          : this.#again(this.#throttled())
      case 'throttled at every try':
        return this.reject(this.#throttled())
      case 'conflict':
        return this.reject(
          this.#command instanceof TransactWriteCommand
            ? this.#held('TransactionConflict')
            : new TransactionConflictException({ message: 'Conflict', $metadata: {} }),
        )
      case 'server error':
        return this.#again(new InternalServerError({ message: 'Internal', $metadata: {} }))
      case 'request lost':
        return this.#again(lostError())
      case 'answer lost':
        this.#executeUnanswered()
        return this.#again(lostError())
      case 'request late':
        this.#sendLate()
        return this.#again(lostError())
    }
  }

  #possible(): readonly FaultKind[] {
    const reads =
      this.#command instanceof GetCommand ||
      this.#command instanceof QueryCommand ||
      this.#command instanceof BatchGetCommand
    return reads ? readFaults : writeFaults
  }

  #throttled(): Error {
    return this.#command instanceof TransactWriteCommand
      ? this.#held('ThrottlingError')
      : new ProvisionedThroughputExceededException({ message: 'Throttled', $metadata: {} })
  }

  #held(Code: string): Error {
    const parts = (this.#command as TransactWriteCommand).input.TransactItems?.length ?? 0
    const held = this.machine.random.below(parts)
    return cancelled(Array.from({ length: parts }, (_, part) => ({ Code: part === held ? Code : 'None' })))
  }

  #again(error: Error) {
    if (++this.tried === attempts) this.reject(error)
  }

  #sendLate() {
    const sender = { machine: this.machine, invocation: this.invocation, answer: nobody }
    const late = new Call(sender, this.#command, this.#token)
    late.#arrivesBefore = this.machine.now + lateness
    this.machine.add(late)
  }

  #arriveLate(before: number) {
    this.machine.forget(this)
    if (this.machine.now <= before) this.#executeUnanswered()
  }

  #execute() {
    try {
      const started = this.#begin()
      if (started === 'in pieces') return
      this.resolve(started)
    } catch (error) {
      if (error instanceof TransactionInProgressException) this.#again(error)
      else this.reject(error as Error)
    }
  }

  /** The store's answer to it, whatever it is, reaches nobody. */
  #executeUnanswered() {
    try {
      if (this.#command instanceof TransactWriteCommand) this.#transact(false)
      else this.machine.store.sendOne(this.#command)
    } catch {}
  }

  #begin(): object | 'in pieces' {
    if (!(this.#command instanceof TransactWriteCommand)) return this.machine.store.sendOne(this.#command)
    return this.#transact(true)
  }

  #transact(mayTakeLong: boolean): object | 'in pieces' {
    const { store, tokens } = this.machine
    const known = tokens.get(this.#token)
    if (known === 'committed') return {}
    if (known === 'committing')
      throw new TransactionInProgressException({ Message: 'In progress', message: '', $metadata: {} })
    const transaction = store.prepare((this.#command as TransactWriteCommand).input)
    if (mayTakeLong && this.machine.inPieces()) {
      tokens.set(this.#token, 'committing')
      this.#transaction = transaction
      this.due = this.machine.whenNextPiece()
      return 'in pieces'
    }
    while (transaction.left.length > 0) store.commitNext(transaction, 0)
    tokens.set(this.#token, 'committed')
    this.machine.witness.committed(transaction, this.machine.now)
    return {}
  }

  #commit(transaction: Transaction) {
    const machine = this.machine
    machine.store.commitNext(transaction, machine.random.below(transaction.left.length))
    this.due = machine.whenNextPiece()
    if (transaction.left.length > 0) return
    machine.tokens.set(this.#token, 'committed')
    machine.witness.committed(transaction, machine.now)
    this.resolve({})
  }

  protected override reject(error: Error) {
    this.machine.tell(() => `is told ${error.name}`)
    super.reject(error)
  }
}

export type Mail = { to: string; text: string }

/** A mail on its way to SES. */
export class MailCall extends Request {
  readonly #mail: Mail

  constructor(sender: Sender, mail: Mail) {
    super(sender, sender.invocation.speed)
    this.#mail = mail
  }

  take() {
    const { machine, invocation } = this
    machine.current = invocation
    const fault = machine.fault(['mail refused', 'answer about a mail lost'])
    if (fault === 'mail refused')
      return this.reject(Object.assign(new Error('Maximum sending rate exceeded'), { name: 'Throttling' }))
    machine.tell(() => `SES takes a mail to ${this.#mail.to}`)
    const lost = fault !== undefined
    machine.witness.mailed({ ...this.#mail, event: invocation.event, by: invocation, lost })
    if (lost && ++this.tried < attempts) return
    if (lost) this.reject(lostError())
    else this.resolve({ MessageId: `mail-${machine.steps}` })
  }
}

/** A record that an effect sends to its retry queue, or a message there that it delays. */
export class QueueCall extends Request {
  readonly #input: QueueInput

  constructor(sender: Sender, input: QueueInput) {
    super(sender, sender.machine.someSpeed())
    this.#input = input
  }

  take() {
    this.machine.current = this.invocation
    const fault = this.machine.fault(['queue out of reach', 'answer of the queue lost'])
    try {
      if (fault === 'queue out of reach') throw lostError()
      this.invocation.queue?.accept(this.#input)
      if (fault && ++this.tried < attempts) return
      if (fault) throw lostError()
      this.resolve({})
    } catch (error) {
      this.reject(error as Error)
    }
  }
}

type Answer = { resolve(result: object): void; reject(error: Error): void }

const nobody: Answer = { resolve: () => {}, reject: () => {} }

const readFaults: FaultKind[] = ['throttled', 'throttled at every try', 'server error', 'request lost']
const writeFaults: FaultKind[] = [...readFaults, 'conflict', 'answer lost', 'request late']
