import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { codes } from '../fuzz/rules.ts'
import { signed } from '../kit/signed.ts'
import {
  type Answer,
  all,
  answered,
  answerOf,
  call,
  type Invitation,
  type Partner,
  perform,
  signIn,
} from './api.ts'
import { objectsOf } from './objects.ts'
import { addUser, newAddress, removeUser } from './relationship.ts'
import { accountsOf, makeWorld, type World } from './world.ts'

/** A table of who-sees-what.md: its heading, and each row's cells by their columns' names. */
interface Section {
  title: string
  rows: Record<string, string>[]
}

const sections = readSections(readFileSync(join(import.meta.dirname, 'who-sees-what.md'), 'utf8'))
const holding = 'What the lists hold'

const stack = inject('stack')
const statuses = new Map(Object.entries(codes).flatMap(([status, all]) => all.map((code) => [code, status])))

let world: World
let objectOf: (request: string, words: string) => Promise<string[]>
/** What each column's caller sends to say who it is. */
let callers: Record<string, Record<string, string>>

/** How each column's caller of the directory signs. */
const signings: Record<string, (method: string, url: string, body: string) => Record<string, string>> = {
  signed: (method, url, body) => signed(method, url, body, stack.directory),
  'other secret': (...request) => signed(...request, { ...stack.directory, secretAccessKey: 'another' }),
  'other key': (...request) => signed(...request, { ...stack.directory, accessKeyId: 'ANOTHER' }),
  'an hour ago': (...request) => signed(...request, stack.directory, new Date(Date.now() - 3_600_000)),
  'access token': () => callers.administrator ?? {},
  'not signed': () => ({}),
}

beforeAll(async () => {
  world = await makeWorld()
  objectOf = objectsOf(world)
  callers = await makeCallers(world)
}, 120_000)

describe(`who sees what: ${cells(sections.filter(({ title }) => title !== holding))} cells`, () => {
  for (const { title, rows } of sections) {
    describe(title, { timeout: 60_000 }, () => {
      for (const { request = '', object = '', ...expected } of rows) {
        if (title === holding) it(request, () => expectMentioned(request, expected))
        else it(`${request} ${object}`, () => expectAnswers(request, object, expected))
      }
    })
  }
})

function readSections(text: string): Section[] {
  return text
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const [columns = [], , ...rows] = section
        .split('\n')
        .filter((line) => line.startsWith('|'))
        .map((line) => line.split('|').slice(1, -1))
        .map((line) => line.map((cell) => cell.trim()))
      return {
        title: `${section.split('\n')[0]}`,
        rows: rows.map((row) => Object.fromEntries(row.map((cell, i) => [columns[i] ?? '', cell]))),
      }
    })
}

/** How many answers the tables expect; a dash is none. */
function cells(some: Section[]): number {
  const answers = some.flatMap(({ rows }) =>
    rows.flatMap(({ request, object, ...row }) => Object.values(row)),
  )
  return answers.filter((cell) => cell !== '–').length
}

async function makeCallers({ us, partner, former, stranger }: World): Promise<typeof callers> {
  const manager = await addUser(us, { profile: 'manager' })
  const removed = await addUser(us, { profile: 'administrator' })
  const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
  const access = async (email: string) => bearer(await signIn(email))
  const administrator = await access(us.administrator)
  const made = {
    administrator,
    manager: await access(manager.email),
    partner: await access(partner.administrator),
    former: await access(former.administrator),
    stranger: await access(stranger.administrator),
    removed: await access(removed.email),
    expired: bearer((await tokens(us.administrator, { expires_in: '-60' })).access_token),
    audience: bearer((await tokens(us.administrator, { audience: 'another' })).access_token),
    'ID token': bearer((await tokens(us.administrator, {})).id_token),
    none: {},
  }
  await removeUser(us, removed)
  return made
}

async function tokens(username: string, asked: Record<string, string>) {
  const form = new URLSearchParams({ grant_type: 'password', username, ...asked })
  const response = await fetch(stack.token, { method: 'POST', body: form })
  return (await response.json()) as { access_token: string; id_token: string }
}

/** Asks as every caller; those who are expected to succeed come last, each with an object of its own. */
async function expectAnswers(
  request: string,
  words: string,
  expected: Record<string, string>,
): Promise<void> {
  const columns = Object.keys(expected).filter((column) => expected[column] !== '–')
  const succeeds = (column: string) => /^2/.test(`${expected[column]}`)
  const shared = await objectOf(request, words)
  const got: Record<string, string> = {}
  for (const column of columns.filter((one) => !succeeds(one))) {
    got[column] = await ask(column, request, words, shared)
  }
  for (const [i, column] of columns.filter(succeeds).entries()) {
    got[column] = await ask(column, request, words, i === 0 ? shared : await objectOf(request, words))
  }
  expect(got).toEqual(Object.fromEntries(columns.map((column) => [column, told(`${expected[column]}`)])))
}

/** A cell as an answer is told in short. */
const told = (cell: string) => (/^\d+$/.test(cell) ? cell : `${statuses.get(cell)} ${cell}`)

async function ask(column: string, request: string, words: string, values: string[]): Promise<string> {
  const [method = '', template = ''] = request.split(' ')
  const left = [...values]
  const path = template.replace(/\{\w+\}/g, () => encodeURIComponent(`${left.shift()}`))
  const body = bodyOf(request, words, left[0] ?? '')
  const signing = signings[column]
  if (signing) {
    const text = JSON.stringify(body)
    const url = `${stack.directory.url}${path}`
    const headers = { ...signing(method, url, text ?? ''), 'content-type': 'application/json' }
    const response = await fetch(url, { method, headers, ...(text && { body: text }) })
    return answered(await answerOf(response, method, path, column))
  }
  const headers = callers[column] ?? {}
  if (/^\/v1\/(openapi\.json|docs)$/.test(path)) {
    return `${(await fetch(`${stack.api}${path}`, { headers })).status}`
  }
  const answer = await call(null, method, path, body, headers)
  await undo(request, answer, headers)
  return answered(answer)
}

const bodies: Record<string, (value: string) => object> = {
  'POST /v1/invitations': (email) => ({ email }),
  'POST /v1/users': (email) => ({ email, name: 'New User', profile: 'observer' }),
  'PATCH /v1/users/{id}': () => ({ name: 'New Name' }),
  'POST /v1/confirmations': (token) => ({ token }),
  'POST /v1/shares': (partnerAccountId) => ({
    partnerAccountId,
    kind: 'file',
    objectId: randomUUID(),
    title: 'A file',
  }),
  'PUT /v1/directory/accounts/{accountId}': () => ({ name: 'New Name', version: 9 }),
  'PUT /v1/directory/accounts/{accountId}/users/{userId}': () => ({
    email: newAddress(world.us),
    name: 'New User',
    profile: 'observer',
    version: 9,
  }),
}

function bodyOf(request: string, words: string, value: string): object | undefined {
  const body = bodies[request]?.(value)
  if (!body) return undefined
  if (words.endsWith('with an unknown field')) return { ...body, colour: 'red' }
  if (words.endsWith('with a profile that is none')) return { ...body, profile: 'king' }
  if (words === 'of a kind that is none') return { ...body, kind: 'poem' }
  if (words === 'with an address of the stranger’s') return { ...body, email: world.stranger.administrator }
  return body
}

/** Takes back what would stand in the way of the next: an invitation that was sent, a partnership that was begun. */
async function undo(request: string, { status, body }: Answer<unknown>, headers: Record<string, string>) {
  if (status === 201 && request === 'POST /v1/invitations') {
    await call(null, 'DELETE', `/v1/invitations/${(body as Invitation).id}`, undefined, headers)
  }
  if (status === 200 && request.endsWith('/accept')) {
    await call(null, 'DELETE', `/v1/partners/${(body as Partner).accountId}`, undefined, headers)
  }
}

/** In the whole of a list, these accounts and no others are mentioned by their ids, names or addresses. */
async function expectMentioned(request: string, expected: Record<string, string>): Promise<void> {
  const accounts = Object.entries(accountsOf(world))
  const got: Record<string, string[]> = {}
  for (const column of Object.keys(expected)) {
    const caller = accountsOf(world)[column]?.administrator ?? ''
    const path = request.replace('GET ', '')
    const text = JSON.stringify(
      path === '/v1/me' ? await perform(caller, 'GET', path) : await all(caller, path),
    )
    got[column] = accounts.filter(([, { id }]) => text.includes(id)).map(([label]) => label)
  }
  const wanted = Object.entries(expected).map(([column, labels]) => [
    column,
    accounts.map(([label]) => label).filter((label) => labels.split(', ').includes(label)),
  ])
  expect(got).toEqual(Object.fromEntries(wanted))
}
