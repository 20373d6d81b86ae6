import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { prod } from '../infra/assembled.ts'

it('docs/alarms.md has a row for every alarm, and for nothing else', () => {
  const page = readFileSync(new URL('../../docs/alarms.md', import.meta.url), 'utf8')
  const [table = ''] = page.split('\n\n').filter((part) => part.startsWith('| alarm '))
  const rows = [...table.matchAll(/^\| ([^|]*`[^|]*) \|/gm)].flatMap(([, first = '']) =>
    [...first.matchAll(/`([A-Z]\w+)`/g)].map(([, name = '']) => name),
  )
  const alarms = prod.ofType('AWS::CloudWatch::Alarm').map(([id]) => id.replace(/\w{8}$/, ''))
  expect(alarms.length).toBeGreaterThan(0)
  const constructs = /^(synccontacts|sendemails|reconcilecontacts)/
  expect([...new Set(alarms.map((id) => id.replace(constructs, '')))].sort()).toEqual(rows.sort())
})
