import { InMemoryWebStorage, UserManager, WebStorageStateStore } from 'oidc-client-ts'

/** The settings of the environment, in `/config.json`. */
type Config = { issuer: string; clientId: string; scope: string }

let manager: UserManager

/**
 * Signs in: reads the issuer's answer from the address. Without one, goes to the issuer and never settles. Tokens are only
 * in memory, so a reload goes to the issuer again.
 *
 * @throws if there is no configuration, or if the issuer refuses or can't be reached
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
  // An unknown state is of an old address, for example from the history.
  const state = new URLSearchParams(location.search).get('state')
  if (state === null || (await manager.settings.stateStore.get(state)) === null) return goToSignIn()
  const user = await manager.signinCallback()
  if (!user) return goToSignIn()
  history.replaceState(null, '', typeof user.state === 'string' ? user.state : '/')
}

/** A valid access token, renewed if needed. If it can't be renewed, goes to the sign-in and never settles. */
export async function token(): Promise<string> {
  const user = await manager.getUser()
  return user && !user.expired ? user.access_token : renew()
}

let renewing: Promise<string> | undefined

/** A new access token, the same for simultaneous calls. If there is none, goes to the sign-in and never settles. */
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

/** Goes to the issuer's sign-out, which redirects to the first page. */
export function signOut(): Promise<void> {
  const { client_id, post_logout_redirect_uri = '' } = manager.settings
  // Cognito requires its own parameters besides the standard ones.
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
