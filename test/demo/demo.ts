import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { keys } from '../../shared/table/keys.ts'
import { readOne } from '../../shared/table/read.ts'

export const issuer = 'https://issuer.example/pool'
export const audience = 'the-client'
export const clock = { now: '2026-01-01T00:00:00.000Z', newId: () => crypto.randomUUID() }

export type Demo = { token: string; jwks: string; notes: string[] }

let running: ChildProcess | undefined

/** The demo as local/ starts it, on the test's own table. */
export async function start(seed: 'demo' | 'none' = 'demo'): Promise<Demo> {
  running = fork(join(import.meta.dirname, '../../demo/main.ts'), [], {
    execArgv: [],
    env: {
      ...process.env,
      JWT_ISSUER: issuer,
      JWT_AUDIENCE: audience,
      TOKEN_PORT: '0',
      SEED: seed,
      API_URL: 'http://127.0.0.1:1',
    },
  })
  const [ready] = await once(running, 'message')
  return ready
}

export async function end(): Promise<void> {
  if (!running?.connected) return
  const exited = once(running, 'exit')
  running.disconnect()
  await exited
}

/** The claims of a token that the demo has signed. */
export async function claimsIn({ jwks }: Demo, token = ''): Promise<JWTPayload> {
  const keySet = createRemoteJWKSet(new URL(jwks))
  return (await jwtVerify(token, keySet, { issuer, audience, algorithms: ['RS256'] })).payload
}

/** @throws where there is no such user, or no longer */
export async function user(accountId: string, userId: string) {
  const found = await readOne(keys.user(accountId, userId))
  if (!found || found.removed) throw new Error(`${accountId} has no user ${userId}`)
  return found
}
