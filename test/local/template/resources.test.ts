import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startStack } from '../../../local/stack.ts'
import { type Assembly, readAssembly } from '../../../local/template/assembly.ts'
import { notRun, ofType, resolveResources, runTypes } from '../../../local/template/resources.ts'
import { synthesizeFixture } from '../fixture/app.ts'

const folder = mkdtempSync(join(tmpdir(), 'resources-'))
let assembly: Assembly

beforeAll(() => {
  synthesizeFixture(join(folder, 'plain'))
  assembly = readAssembly(join(folder, 'plain'))
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true }))

test('the assembly has every stack of the manifest, and every asset', () => {
  expect(assembly.stacks.map(({ name }) => name)).toEqual(['fixture-data', 'fixture-api'])
  expect(assembly.stacks.map(({ region }) => region)).toEqual(['eu-north-1', 'eu-north-1'])
  expect([...assembly.assets.values()].every((path) => path.startsWith(folder))).toBe(true)
})

test('names are declared or generated, and a stack imports what another exports', () => {
  const urlOf = (name: string) => `http://${name}`
  const resources = resolveResources(assembly, urlOf)
  const [table] = ofType(resources, 'AWS::DynamoDB::Table')
  expect(table?.ref).toBe('fixture-table')
  const [mapping] = ofType(resources, 'AWS::Lambda::EventSourceMapping')
  expect(mapping?.properties.EventSourceArn).toMatch(
    /^arn:aws:dynamodb:eu-north-1:000000000000:table\/fixture-table\/stream\//,
  )
  expect(mapping?.ref).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(resources.outputs).toContainEqual(
    expect.objectContaining({ stack: 'fixture-api', key: 'ApiUrl', value: 'http://api' }),
  )
  expect(resources.outputs).toContainEqual(
    expect.objectContaining({ stack: 'fixture-api', key: 'DirectoryUrl', value: 'http://directory' }),
  )
  expect(resolveResources(assembly, urlOf)).toEqual(resources)
})

test('every type that is not run has a reason, and no type is in both lists', () => {
  for (const [type, { because }] of Object.entries(notRun)) {
    expect(because.length, type).toBeGreaterThan(10)
    expect(runTypes).not.toContain(type)
  }
})

test('any other type stops the start with its logical id, its type and the file to edit', async () => {
  synthesizeFixture(join(folder, 'topic'), { topic: true })
  const start = startStack({
    assembly: join(folder, 'topic'),
    port: 0,
    seed: 'none',
    demo: 'none',
    log: () => {},
    onCrash: () => {},
  })
  await expect(start).rejects.toThrow(
    /fixture-data declares Topic\w+ of type AWS::SNS::Topic.*local\/template\/resources\.ts/,
  )
}, 60_000)

test('a template with conditions is an error', () => {
  const [stack] = assembly.stacks
  if (!stack) throw new Error('There is no stack')
  const stacks = [{ ...stack, template: { ...stack.template, Conditions: {} } }]
  expect(() => resolveResources({ ...assembly, stacks }, () => '')).toThrow('fixture-data has Conditions')
})

test('a folder without an assembly is an error', () => {
  expect(() => readAssembly(join(folder, 'nothing'))).toThrow('npm run synth')
})
