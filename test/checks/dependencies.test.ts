import { globSync, readFileSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import ts from 'typescript'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** The packages that files import at run time, dynamic imports too. Compiling leaves out what is imported for types only. */
function packagesOf(pattern: string, importsOf = runtimeImports): string[] {
  const found = globSync(pattern, { cwd: root, exclude: ['**/node_modules/**', '**/dist/**', '**/*.d.ts'] })
    .flatMap((file) => importsOf(file, readFileSync(join(root, file), 'utf8')))
    .filter((name) => !name.startsWith('.') && !isBuiltin(name))
    .map((name) => name.split('/', name.startsWith('@') ? 2 : 1).join('/'))
  return [...new Set(found)].sort()
}

function runtimeImports(fileName: string, source: string): string[] {
  const compilerOptions = { jsx: ts.JsxEmit.ReactJSX }
  const { outputText } = ts.transpileModule(source, { fileName, compilerOptions })
  return ts.preProcessFile(outputText).importedFiles.map(({ fileName }) => fileName)
}

const allImports = (_: string, source: string): string[] =>
  ts.preProcessFile(source).importedFiles.map(({ fileName }) => fileName)

function dependenciesOf(file: string): string[] {
  const { dependencies } = JSON.parse(readFileSync(join(root, file), 'utf8'))
  return Object.keys(dependencies).sort()
}

it('leaves out imports of types', () => {
  const source = `
    import type { A } from 'a'
    import { type B } from 'b'
    import { C } from 'c'
    import { d } from '@d/d/e'
    export const all = [d, import('f')] satisfies C[]`
  expect(runtimeImports('one.ts', source)).toEqual(['@d/d/e', 'f'])
})

it('lists as dependencies exactly what is shipped in functions and pages, so that audits see it', () => {
  expect(dependenciesOf('package.json')).toEqual(packagesOf('{functions,shared,web}/**/*.{ts,tsx}'))
})

it('lists as dependencies of the client exactly what it imports, for its types too, which are published', () => {
  expect(dependenciesOf('client/package.json')).toEqual(packagesOf('client/**/*.ts', allImports))
})
