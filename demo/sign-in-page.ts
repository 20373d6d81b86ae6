import type { DemoAccount } from './accounts.ts'

/**
 * A page that signs in as one of the users at the click of a button, which has the user's e-mail address for its name, or as
 * the user whose address is typed in. It posts `email` to its own address.
 *
 * @param refusal why the last one did not sign in
 */
export function signInPage(accounts: DemoAccount[], refusal = ''): string {
  const sections = accounts.map(
    ({ name, users }) => `
      <h2>${name}</h2>
      <ul>${users
        .map(
          ({ email, name, profile }) => `
        <li><button name="email" value="${email}">${email}</button> <span>${name}, ${profile}</span></li>`,
        )
        .join('')}
      </ul>`,
  )
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width">
    <title>Sign in</title>
    <link rel="icon" href="data:,">
    <style>
      :root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
      body { max-width: 36rem; margin: 2rem auto; padding: 0 1rem; }
      ul { list-style: none; padding: 0; }
      li { display: flex; flex-wrap: wrap; align-items: center; gap: 0 1rem; margin-block: 0.5rem; }
      button, input { font: inherit; min-height: 2.75rem; padding: 0 1rem; }
      button { min-width: 15rem; }
    </style>
  </head>
  <body>
    <main>
      <h1>Sign in</h1>
      ${refusal && `<p role="alert">${refusal}</p>`}
      <form method="post">${sections.join('')}
      </form>
      <form method="post">
        <h2>Somebody else</h2>
        <p><label for="email">E-mail address</label></p>
        <p><input id="email" name="email" type="email" autocomplete="off" required> <button>Sign in</button></p>
      </form>
    </main>
  </body>
</html>
`
}
