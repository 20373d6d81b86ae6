import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import ts from 'typescript'
import { afterAll, beforeAll, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const project = mkdtempSync(join(tmpdir(), 'stranger-'))
afterAll(() => rmSync(project, { recursive: true }))

/** As strict as a project may be, with the libraries' own types checked too. */
const options = {
  target: 'es2023',
  lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
  module: 'nodenext',
  types: ['node'],
  noEmit: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  skipLibCheck: false,
}

/** The blocks of TypeScript in the documents of the repository, by a name for each. */
const documents = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' })
  .trim()
  .split('\n')
const examples = documents.flatMap((document) =>
  [...readFileSync(join(root, document), 'utf8').matchAll(/^```tsx?\n(.*?)^```$/gms)].map(
    ([, code = ''], at): [string, string] => [`${document.replaceAll('/', '-')}-${at + 1}.ts`, code],
  ),
)

// A project of somebody who has installed the client: as it is packed, beside what it depends on.
beforeAll(() => {
  const client = join(project, 'node_modules/partner-accounts-client')
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  execFileSync(process.execPath, [compiler, '-p', 'tsconfig.json', '--outDir', join(client, 'dist')], {
    cwd: join(root, 'client'),
  })
  cpSync(join(root, 'client/package.json'), join(client, 'package.json'))
  cpSync(join(root, 'client/schema.d.ts'), join(client, 'dist/schema.d.ts'))
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', '@types/node', 'undici-types']) {
    const installed = join(project, 'node_modules', name)
    mkdirSync(dirname(installed), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), installed)
  }
  writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
  for (const [name, code] of examples) writeFileSync(join(project, name), `${code}\nexport {}\n`)
}, 120_000)

const codes = [
  "import type { PartnerAccounts, Schemas } from 'partner-accounts-client'",
  "export const later: Schemas['ProblemCode'] = 'a-code-of-tomorrow'",
  "export const known: Schemas['ProblemCode'] = '*'",
  "export const happened = (event: Schemas['Event']) => event.type === '*'",
  "export const read = async (api: PartnerAccounts) => (await api.GET('/v1/activity')).data?.items[0]?.type === '*'",
].join('\n')

/** What the project's compiler and editor know. */
function languageService(): ts.LanguageService {
  const { options: compilerOptions } = ts.convertCompilerOptionsFromJson(options, project)
  return ts.createLanguageService({
    ...ts.sys,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    getCompilationSettings: () => compilerOptions,
    getScriptFileNames: () =>
      [...examples.map(([name]) => name), 'codes.ts'].map((name) => join(project, name)),
    getScriptVersion: () => '1',
    getScriptSnapshot: (name) => {
      const text = ts.sys.readFile(name)
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text)
    },
    getCurrentDirectory: () => project,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
  })
}

it('the examples in the documents compile in a strict project of their own, where editors list known codes', () => {
  expect(examples.map(([name]) => name)).toEqual(
    expect.arrayContaining(['README.md-1.ts', 'client-README.md-1.ts']),
  )
  writeFileSync(join(project, 'codes.ts'), codes)
  const service = languageService()
  const diagnostics = ts.getPreEmitDiagnostics(service.getProgram() as ts.Program)
  expect(
    diagnostics.map(
      ({ file, messageText }) => `${file?.fileName}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`,
    ),
  ).toEqual([])
  const listed = [...codes.matchAll(/'\*'/g)].map(({ index }) =>
    service
      .getCompletionsAtPosition(join(project, 'codes.ts'), index + 1, {})
      ?.entries.map(({ name }) => name),
  )
  expect(listed).toEqual([
    expect.arrayContaining(['not-found', 'conflict']),
    expect.arrayContaining(['invitation-sent', 'user-added']),
    expect.arrayContaining(['invitation-sent', 'user-added']),
  ])
}, 120_000)
