import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const git = (...args: string[]) =>
  execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim().split('\n')
const tracked = git('ls-files').filter((file) => existsSync(join(root, file)))
const documents = tracked.filter((file) => file.endsWith('.md'))
const folders = new Set(tracked.filter((file) => file.includes('/')).map((file) => file.split('/')[0]))
const names = new Set(tracked.map((file) => basename(file)))

/** What a document says outside of its blocks of code. */
const proseOf = (document: string) =>
  readFileSync(join(root, document), 'utf8').replace(/^ *```.*?^ *```$/gms, '')

/** The anchors of a document's headings, as GitHub makes them. */
const anchorsOf = (document: string) =>
  [...proseOf(document).matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  )

const isTracked = (path: string) =>
  tracked.some((file) => file === path || file.startsWith(`${path.replace(/\/$/, '')}/`))

/** Whether git ignores a path: it is made by a command. */
const isMade = (path: string) =>
  spawnSync('git', ['check-ignore', '--quiet', path], { cwd: root }).status === 0

/** Whether a piece of code in a sentence is a path from the root. */
const isPath = (code: string) => code.includes('/') && folders.has(code.split('/')[0] ?? '')

/** Whether it is the name of a source, whose folder the sentence says. */
const isSource = (code: string) => /^[\w-]+\.tsx?$/.test(code)

const missingLinks = (document: string) =>
  [...proseOf(document).matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .filter((target) => {
      const [path = '', anchor] = target.split('#')
      const file = path === '' ? document : relative(root, join(root, dirname(document), path))
      return !isTracked(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor))
    })

const missingPaths = (document: string) =>
  [...proseOf(document).matchAll(/`([^`\s]+)`/g)]
    .map(([, code = '']) => code)
    .filter(
      (code) => (isPath(code) && !isTracked(code) && !isMade(code)) || (isSource(code) && !names.has(code)),
    )

it.each(documents)('%s names and links only files that exist', (document) => {
  expect([...missingLinks(document), ...missingPaths(document)]).toEqual([])
})
