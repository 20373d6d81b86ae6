/** Signs in as the pages do, says who is signed in and what the API says, and signs out. */
async function run() {
  const { issuer: authority, clientId: client_id, scope } = await (await fetch('/config.json')).json()
  const { InMemoryWebStorage, UserManager, WebStorageStateStore } = globalThis.oidc
  const home = `${location.origin}/`
  const manager = new UserManager({
    authority,
    client_id,
    scope,
    redirect_uri: home,
    post_logout_redirect_uri: home,
    userStore: new WebStorageStateStore({ store: new InMemoryWebStorage() }),
    stateStore: new WebStorageStateStore({ store: sessionStorage }),
  })
  if (!new URLSearchParams(location.search).has('code')) return manager.signinRedirect()
  await manager.signinCallback()
  const renewed = await manager.signinSilent()
  const response = await fetch('/v1/me', { headers: { authorization: `Bearer ${renewed.access_token}` } })
  const { user, administrator } = await response.json()
  document.querySelector('p').textContent = `${response.status} ${user.email} ${administrator}`
  document.querySelector('button').onclick = () => manager.signoutRedirect()
}

run()
