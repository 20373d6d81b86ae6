import type { DemoAccount } from './accounts.ts'

/**
 * A sign-in page with a button for each user, named by the e-mail address, and a field for another address. It posts
 * `email` to its own address. `refusal` says why the last attempt failed.
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
      :root {
        color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif;
        --line: light-dark(#dcdfe8, #333846); --soft: light-dark(#545b6c, #a9b0c1); --accent: light-dark(#3450c8, #9db0ff);
        background: light-dark(#f4f5f8, #12141a); color: light-dark(#1a1d26, #e9ebf1);
      }
      body { max-width: 36rem; margin: clamp(1.5rem, 6vh, 4rem) auto; padding: 0 1rem; overflow-wrap: anywhere; }
      h1 { margin: 0; font-size: 1.75rem; line-height: 1.2; }
      h1 + p { margin: 0.25rem 0 0; color: var(--soft); }
      h2 { margin: 1.75rem 0 0.5rem; font-size: 1rem; }
      ul { list-style: none; margin: 0; padding: 0; }
      button, input { box-sizing: border-box; min-height: 2.75rem; padding: 0.5rem 1rem; border: 1px solid var(--line); border-radius: 0.5rem; background: light-dark(#fff, #1b1e27); color: inherit; font: inherit; }
      li { display: grid; margin-block: 0.5rem; }
      li button { padding-block: 0.75rem 2.25rem; color: var(--accent); font-weight: 600; text-align: start; cursor: pointer; }
      li span { margin: -2rem 1rem 0; padding-bottom: 0.5rem; color: var(--soft); font-size: 0.875rem; pointer-events: none; }
      button:hover { border-color: var(--accent); }
      :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
      label { display: block; margin-bottom: 0.25rem; }
      .typed { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 0; }
      .typed input { flex: 1 1 14rem; border-color: light-dark(#7b8294, #767e93); }
      .typed button { background: var(--accent); border-color: var(--accent); color: light-dark(#fff, #101630); font-weight: 600; cursor: pointer; }
      [role=alert] { padding: 0.75rem 1rem; border-radius: 0.5rem; background: light-dark(#fdeceb, #43201f); color: light-dark(#a8201f, #ff9c93); }
    </style>
  </head>
  <body>
    <main>
      <h1>Sign in</h1>
      <p>As one of the demo users; nobody has a password.</p>
      ${refusal && `<p role="alert">${refusal}</p>`}
      <form method="post">${sections.join('')}
      </form>
      <form method="post">
        <h2>Somebody else</h2>
        <label for="email">E-mail address</label>
        <p class="typed"><input id="email" name="email" type="email" autocomplete="off" required> <button>Sign in</button></p>
      </form>
    </main>
  </body>
</html>
`
}
