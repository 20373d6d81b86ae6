import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { synthesize } from '../../infra/assembly.ts'
import { environments } from '../../infra/environments.ts'
import { type Stack, startStack } from '../../local/stack.ts'
import { startChromium } from '../web/chromium.ts'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'sign-in-'))
let stack: Stack
let browser: Browser

/** The system as it is deployed, with a page that does no more than sign in. */
beforeAll(async () => {
  const pages = join(folder, 'pages')
  cpSync(join(import.meta.dirname, 'sign-in'), pages, { recursive: true })
  const library = 'node_modules/oidc-client-ts/dist/browser/oidc-client-ts.min.js'
  cpSync(join(root, library), join(pages, 'assets/oidc-client-ts.js'))
  synthesize(environments.dev, join(root, 'cdk.out/functions'), pages, join(folder, 'dev'))
  const starting = startStack({
    assembly: join(folder, 'dev'),
    port: 0,
    seed: 'demo',
    demo: join(root, 'demo/main.ts'),
    log: () => {},
    onCrash: () => {},
  })
  ;[stack, browser] = await Promise.all([starting, startChromium()])
}, 120_000)
afterAll(async () => {
  await browser?.close()
  await stack?.stop()
  rmSync(folder, { recursive: true })
})

test('a page signs in at a button, calls the API and signs out, under the policy and with nothing on the console', async () => {
  const page = await browser.newPage()
  const complaints: string[] = []
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))

  await page.goto(stack.web)
  await page.getByRole('button', { name: 'bo@globex.example', exact: true }).click()
  const status = page.getByRole('status')
  await status.getByText('200 bo@globex.example true').waitFor()
  expect(page.url().startsWith(`${stack.web}/?`)).toBe(true)

  await page.goto(stack.web)
  await status.getByText('200 bo@globex.example true').waitFor()

  await page.getByRole('button', { name: 'Sign out' }).click()
  await page.getByLabel('E-mail address').fill('olle@globex.example')
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await status.getByText('200 olle@globex.example false').waitFor()
  expect(complaints).toEqual([])
}, 60_000)

test('a page can neither run what is written into it nor ask another host', async () => {
  const page = await browser.newPage()
  await page.goto(`${stack.web}/config.json`)
  const blocked = await page.evaluate<string[]>(`new Promise((resolve) => {
    const directives = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
      directives.push(effectiveDirective)
      if (directives.length === 2) resolve(directives.sort())
    })
    const script = document.createElement('script')
    script.textContent = 'document.title = "run"'
    document.body.append(script)
    fetch('http://127.0.0.1:9/').catch(() => {})
  })`)
  expect(blocked).toEqual(['connect-src', 'script-src-elem'])
}, 60_000)
