import { randomUUID } from 'node:crypto'
import { inject } from 'vitest'
import { type Signing, signed } from '../kit/signed.ts'
import { type Answer, answerOf, type User } from './api.ts'

const { url: base, ...key } = inject('stack').directory

export interface Account {
  id: string
  name: string
  administrator: string
}

export interface DirectoryUser extends User {
  accountId: string
  version: number
}

/** What a host says of a user, with its version. */
export interface HostUser {
  email: string
  name: string
  profile: string
  locale?: string
  version: number
}

/** One request as the host product's back end; signed with another key where said. A string is sent as it is. */
export async function ask<T>(
  method: string,
  path: string,
  content?: unknown,
  { signing = {}, headers = {} }: { signing?: Partial<Signing>; headers?: Record<string, string> } = {},
): Promise<Answer<T>> {
  const url = `${base}/v1/directory${path}`
  const body = content === undefined ? '' : typeof content === 'string' ? content : JSON.stringify(content)
  const response = await fetch(url, {
    method,
    headers: {
      ...signed(method, url, body, { ...key, ...signing }),
      'content-type': 'application/json',
      ...headers,
    },
    ...(content === undefined ? {} : { body }),
  })
  return answerOf(response, method, path, 'the host')
}

export const userPath = (accountId: string, userId: string) =>
  `/accounts/${encodeURIComponent(accountId)}/users/${encodeURIComponent(userId)}`

export const putAccount = (accountId: string, name: string, version: number) =>
  ask<{ id: string; name: string; version: number }>('PUT', `/accounts/${encodeURIComponent(accountId)}`, {
    name,
    version,
  })

export const putUser = (accountId: string, userId: string, user: HostUser) =>
  ask<DirectoryUser>('PUT', userPath(accountId, userId), user)

export const dropUser = (accountId: string, userId: string, version: number) =>
  ask<undefined>('DELETE', `${userPath(accountId, userId)}?version=${version}`)

/** An account that the host has put, with an administrator. */
export async function hostAccount(name = 'Hooli'): Promise<Account> {
  const id = `h${randomUUID()}`
  await putAccount(id, name, 1)
  const administrator = `boss@${id}.example`
  await putUser(id, 'boss', { email: administrator, name: 'The Boss', profile: 'administrator', version: 1 })
  return { id, name, administrator }
}

/** A manager of the account, called as the version is. */
export const userAt = (account: Account, version: number, fields: Partial<HostUser> = {}): HostUser => ({
  email: `user@${account.id}.example`,
  name: `Version ${version}`,
  profile: 'manager',
  version,
  ...fields,
})
