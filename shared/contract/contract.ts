import type * as z from 'zod'
import type { RefusalCode } from '../domain/refusals.ts'
import { exampleNext } from './examples.ts'
import type { Page } from './shapes.ts'

/** Who may call an action: any user of an account, only its administrators, the host product's back end, or anyone. */
export type Access = 'user' | 'administrator' | 'host' | 'anyone'

/** What the function of an action needs to know of it. The file of an action has its documentation too. */
export type Contract = {
  /** The name of the action's function, its file, construct and log lines, and of its operation in OpenAPI. */
  name: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** API Gateway's: `{id}` is a path parameter, which the gateway percent-decodes. */
  path: `/v1/${string}`
  access: Access
  /** The path parameters that the host product gives. Without it, they are ids that this service gave. */
  params?: z.ZodObject
  query?: z.ZodObject
  body?: z.ZodObject
  /** Accepts the header Idempotency-Key. */
  idempotent?: true
  /** The type of the body by status. Types only: there is nothing in it at run time. */
  answers: Bodies
}

type Status = 200 | 201 | 202 | 204
type Bodies = { [S in Status]?: object | string | undefined }

/** The statuses that an action answers with, each with the type of its body: `answers<{ 200: Partner }>()`. */
export const answers = <B extends Bodies>(): B => ({}) as B

/** The names of a path's parameters: `'id'` of `'/v1/users/{id}'`. */
export type ParameterName<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterName<Rest>
  : never

/** An answer as the documentation describes it. */
export type DescribedAnswer<S = Status | 304, Body = unknown> = {
  status: S
  description: string
  content: { mediaType: string; schema: z.ZodType<Body>; example: Body }[]
  headers: ('Location' | 'Link' | 'ETag' | 'Cache-Control' | 'X-Unchanged')[]
}

/** What people and programs read about an action, beside its method, path and access. */
type Words = {
  tag: (typeof tags)[number]['name']
  summary: string
  /** Plain text; code in backticks. */
  description: string
  /** Codes of its own, besides those that come with its access and its input. */
  problems: RefusalCode[]
}
type AnswersOf<C extends Contract> = {
  [S in keyof C['answers']]: DescribedAnswer<S, C['answers'][S]>
}[keyof C['answers']]

type WordsOf<C extends Contract> = Words & { answers: AnswersOf<C>[] } & ([ParameterName<C['path']>] extends [
    never,
  ]
    ? unknown
    : { parameters: Record<ParameterName<C['path']>, string> }) &
  (C extends { body: z.ZodType } ? { exampleBody: z.input<C['body']> } : unknown)

export type Documentation = Words & {
  contract: Contract
  answers: DescribedAnswer[]
  parameters?: Record<string, string>
  exampleBody?: object
}

/** The documentation of an action. The compiler checks that it has the contract's answers, parameters and body. */
export const describeAction = <const C extends Contract>(contract: C, words: WordsOf<C>) => ({
  contract,
  ...words,
})

/** An answer in JSON. */
export const jsonAnswer = <S extends 200 | 201, Body>(
  status: S,
  description: string,
  body: { schema: z.ZodType<Body>; example: Body; headers?: DescribedAnswer['headers'] },
): DescribedAnswer<S, Body> => {
  const { headers = [], ...content } = body
  return { status, description, headers, content: [{ mediaType: 'application/json', ...content }] }
}

/** A page of a list, in JSON. */
export const pageAnswer = <Item>(description: string, schema: z.ZodType<Page<Item>>, item: Item) =>
  jsonAnswer(200, description, { schema, example: { items: [item], next: exampleNext }, headers: ['Link'] })

/** An answer without a body. */
export const emptyAnswer = <S extends 202 | 204>(
  status: S,
  description: string,
): DescribedAnswer<S, undefined> => ({ status, description, content: [], headers: [] })

/** The sections of the documentation. */
export const tags = [
  { name: 'You', description: 'The user who calls.' },
  {
    name: 'Invitations',
    description:
      'Two accounts become partners by an invitation: an administrator of one account invites an e-mail address of the other, and any administrator of the other account answers.',
  },
  { name: 'Partners', description: 'The partners of your account.' },
  {
    name: 'Contacts',
    description: 'The users of your account and of its partners, kept in step automatically.',
  },
  { name: 'Users', description: 'The users of your account.' },
  { name: 'Shares', description: 'The proofs, files and folders that partners share.' },
  { name: 'Account log', description: 'The permanent log of your account’s relationships.' },
  {
    name: 'Directory',
    description:
      'For the back end of the host product, which owns accounts and users. Each change has a `version`, a whole number that the host raises with each change. A call whose version is not higher than the stored version changes nothing and returns what is stored. So the host can repeat calls, and calls can overtake each other, removals included. A call with the stored version and other content is refused with `version-reused`.',
  },
  { name: 'Description', description: 'The description of this interface.' },
] as const
