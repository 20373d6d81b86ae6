import { expect, it } from 'vitest'
import { routes } from '../../shared/contract/actions.ts'
import { docsPage } from '../../shared/contract/docs-page.ts'
import { openApiDocument } from '../../shared/contract/openapi.ts'

const page = docsPage(openApiDocument()).markup

it('tells of every route, with an anchor in the contents', () => {
  for (const [name, { method, path }] of Object.entries(routes)) {
    expect(page).toContain(`<article id="${name}">`)
    expect(page).toContain(`<a href="#${name}">`)
    expect(page).toContain(`${method} ${path}`)
  }
})

it('has no link within the page that leads nowhere, and no id twice', () => {
  const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, target] of page.matchAll(/href="#([^"]*)"/g)) expect(ids).toContain(target)
})

it('needs no script and nothing of another host', () => {
  expect(page).not.toMatch(/<script|<link|<img|<iframe| on\w+=|javascript:|style="/i)
  expect([...page.matchAll(/(?:href|src)="([^"#][^"]*)"/g)].map(([, address]) => address)).toEqual([
    'openapi.json',
  ])
  expect(page).not.toMatch(/url\(|@import/)
})

it('takes nothing that is said for markup', () => {
  const document = openApiDocument()
  document.info.summary = '<img src=x onerror=alert(1)> & "more"'
  expect(docsPage(document).markup).toContain('&lt;img src=x onerror=alert(1)&gt; &amp; &quot;more&quot;')
})

it('has one first heading, and skips no level', () => {
  const levels = [...page.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
  expect(levels.filter((level) => level === 1)).toEqual([1])
  levels.forEach((level, at) => {
    expect(level - (levels[at - 1] ?? 0)).toBeLessThanOrEqual(1)
  })
})
