import { spawnSync } from 'node:child_process'
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'

type Violation = { rule: { name: string }; from: string }

const root = join(import.meta.dirname, '../..')
const config = join(root, '.dependency-cruiser.cjs')
const folder = mkdtempSync(join(tmpdir(), 'imports-'))

/** What must not be: the rule, the file that breaks it, and what that file imports. */
const bad: [rule: string, from: string, to: string][] = [
  ['names-import-nothing', 'shared/environment.ts', 'shared/domain/profiles.ts'],
  ['domain-imports-nothing', 'shared/domain/late.ts', 'node:timers'],
  ['domain-imports-nothing', 'shared/domain/stored.ts', 'shared/table/keys.ts'],
  ['contract-imports-domain', 'shared/contract/stored.ts', 'shared/table/keys.ts'],
  ['table-imports-domain', 'shared/table/spoken.ts', 'shared/contract/problems.ts'],
  ['mail-imports-domain', 'shared/mail/stored.ts', 'shared/table/keys.ts'],
  ['html-import-nothing', 'shared/html.ts', 'shared/domain/profiles.ts'],
  ['languages-import-nothing', 'shared/languages.ts', 'shared/domain/profiles.ts'],
  ['functions-describe-themselves-nowhere', 'functions/described.ts', 'shared/contract/openapi.ts'],
  ['functions-describe-themselves-nowhere', 'shared/runtime/shaped.ts', 'shared/contract/shapes.ts'],
  ['client-stands-alone', 'client/index.ts', 'shared/contract/actions.ts'],
  ['web-speaks-http', 'web/kept.tsx', 'shared/table/keys.ts'],
  ['web-speaks-http', 'web/stolen.ts', 'client/schema.d.ts'],
  ['answers-show-items', 'shared/answers/reading.ts', 'shared/table/read.ts'],
  ['answers-show-items', 'shared/answers/running.ts', 'shared/runtime/action.ts'],
  ['runtime-does-not-act', 'shared/runtime/writing.ts', 'shared/table/transact.ts'],
  ['runtime-does-not-act', 'shared/runtime/mailing.ts', 'shared/mail/render.ts'],
  ['functions-stand-alone', 'functions/one.ts', 'functions/other.ts'],
  ['functions-stand-alone', 'functions/deployed.ts', 'infra/grants.ts'],
  ['shared-is-below', 'shared/runtime/up.ts', 'bench/budgets.ts'],
  ['infra-imports-names', 'infra/handling.ts', 'functions/other.ts'],
  ['infra-imports-names', 'infra/keyed.ts', 'shared/table/keys.ts'],
  ['infra-imports-items-as-types', 'infra/typed.ts', 'shared/table/items.ts'],
  ['operate-calls-the-deployment', 'operate/direct.ts', 'shared/table/keys.ts'],
  ['operate-calls-the-deployment', 'operate/deploying.ts', 'infra/grants.ts'],
  ['local-reads-the-synthesized-output', 'local/shared.ts', 'shared/table/keys.ts'],
  ['local-reads-the-synthesized-output', 'local/seeded.ts', 'demo/seed.ts'],
  ['local-template-is-in-its-place', 'local/template/filled.ts', 'local/engines/database.ts'],
  ['local-engines-is-in-its-place', 'local/engines/guarded.ts', 'local/endpoint/proxy.ts'],
  ['local-lambda-is-in-its-place', 'local/lambda/asked.ts', 'local/http/gateway.ts'],
  ['local-http-is-in-its-place', 'local/http/calling.ts', 'local/endpoint/proxy.ts'],
  ['local-endpoint-is-in-its-place', 'local/endpoint/served.ts', 'local/http/gateway.ts'],
  ['demo-knows-the-items', 'demo/spoken.ts', 'shared/contract/problems.ts'],
  ['no-tests-in-the-product', 'local/tested.ts', 'test/local/stack.ts'],
  ['bench-only-measures', 'test/functions/measured.ts', 'bench/table.ts'],
  ['kit-is-below-the-tests', 'test/kit/high.ts', 'test/functions/low.ts'],
  ['no-cycles', 'local/egg.ts', 'local/hen.ts'],
  ['no-cycles-of-types', 'local/brood.ts', 'local/chick.ts'],
]

/** The folders that these imports put into a cycle. */
const cyclic = ['functions', 'infra', 'local/endpoint', 'local/http', 'shared/contract', 'shared/table']

beforeAll(() => {
  copyFileSync(join(root, 'tsconfig.json'), join(folder, 'tsconfig.json'))
  for (const [, , to] of bad) if (!to.startsWith('node:')) write(to, 'export {}\n')
  for (const [, from, to] of bad) {
    const target = to.startsWith('node:') ? to : relative(dirname(from), to).replace(/^(?!\.)/, './')
    write(from, `import '${target}'\n`)
  }
  write('local/hen.ts', "import './egg.ts'\n")
  // A cycle by types alone.
  write('local/brood.ts', "import './chick.ts'\nexport type Brood = object\n")
  write('local/chick.ts', "import type { Brood } from './brood.ts'\nexport type Chick = Brood\n")
  write('local/lost.ts', "import './nowhere.ts'\n")
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(file: string, text: string) {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}

function violations(cwd: string, ...files: string[]): { cruised: number; found: string[] } {
  const command = join(root, 'node_modules/.bin/depcruise')
  const there = files.filter((file) => existsSync(join(cwd, file)))
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [command, '--config', config, '--output-type', 'json', ...there],
    { cwd, encoding: 'utf8', maxBuffer: 2 ** 27 },
  )
  if (!stdout) throw new Error(stderr)
  const { summary } = JSON.parse(stdout) as { summary: { violations: Violation[]; totalCruised: number } }
  const found = summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`)
  return { cruised: summary.totalCruised, found: [...new Set(found)].sort() }
}

it('reports every import that a rule forbids, and no other', () => {
  const expected = [
    ...bad.map(([rule, from]) => `${rule}: ${from}`),
    ...cyclic.map((folder) => `no-cycles-of-folders: ${folder}`),
    'resolvable: local/lost.ts',
  ]
  const folders = new Set(bad.flatMap(([, from, to]) => [from, to]).map((file) => file.split('/')[0] ?? ''))
  expect(violations(folder, ...folders).found).toEqual(expected.sort())
})

it('tries every rule here', () => {
  const { forbidden } = createRequire(import.meta.url)(config) as { forbidden: { name: string }[] }
  const tried = new Set([...bad.map(([rule]) => rule), 'no-cycles-of-folders', 'resolvable'])
  expect(forbidden.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([])
})

it('follows the imports of the product', () => {
  // With a compiler that it can't use, it finds no module at all and nothing to report.
  expect(violations(root, 'functions', 'shared').cruised).toBeGreaterThan(50)
})
