import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts'

/** What the environment says of itself, in `/config.json`. */
type Config = { issuer: string; clientId: string; scope: string }

let manager: UserManager

/**
 * Signs in: takes up the answer that the issuer has sent us back with, else goes there, and then never settles.
 * Tokens are kept in memory only, so a page that is loaded anew asks the issuer anew.
 *
 * @throws where there is no configuration, or the issuer refuses or can't be reached
 */
export async function startSession(): Promise<void> {
  const config = await readConfig()
  const home = `${location.origin}/`
  manager = new UserManager({
    authority: config.issuer,
    client_id: config.clientId,
    scope: config.scope,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
    automaticSilentRenew: true,
  })
  // A state that is not ours is an old address, from the history say.
  const state = new URLSearchParams(location.search).get('state')
  if (state === null || (await manager.settings.stateStore.get(state)) === null) return goToSignIn()
  const user = await manager.signinCallback()
  if (!user) return goToSignIn()
  history.replaceState(null, '', typeof user.state === 'string' ? user.state : '/')
}

/** An access token that has not expired, renewed where needed. Goes to sign in, and never settles, where it can't be. */
export async function token(): Promise<string> {
  const user = await manager.getUser()
  return user && !user.expired ? user.access_token : renew()
}

let renewing: Promise<string> | undefined

/** A new access token, one for all who ask meanwhile. Goes to sign in, and never settles, where there is none to be had. */
export function renew(): Promise<string> {
  renewing ??= refresh().finally(() => {
    renewing = undefined
  })
  return renewing
}

async function refresh(): Promise<string> {
  const before = await manager.getUser()
  const user = before?.refresh_token ? await manager.signinSilent().catch(() => null) : null
  return user ? user.access_token : goToSignIn()
}

/** Leaves for the issuer's sign-out, which sends us back to the first page. */
export function signOut(): Promise<void> {
  const { client_id, post_logout_redirect_uri = '' } = manager.settings
  // Cognito asks for its own parameters beside the standard ones.
  return manager.signoutRedirect({ extraQueryParams: { client_id, logout_uri: post_logout_redirect_uri } })
}

async function goToSignIn(): Promise<never> {
  const { pathname } = location
  await manager.signinRedirect({ state: pathname })
  return new Promise<never>(() => {})
}

async function readConfig(): Promise<Config> {
  const response = await fetch('/config.json')
  if (!response.ok) throw new Error(`/config.json: ${response.status}`)
  return response.json()
}
