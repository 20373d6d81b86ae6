import { expect, it } from 'vitest'
import { pageOf, positionOf } from '../../shared/answers/page.ts'

const self = new URL('http://self/v1/users?limit=2')
const views = ['a', 'b']
const cursorOf = (list: string, next: string) => String(pageOf(self, list, { views, next }).body.next)

it('links to the next page, whose cursor continues after the position in this list', () => {
  const { status, headers, body } = pageOf(self, 'list', { views, next: 'position' })
  expect(status).toBe(200)
  expect(body).toEqual({ items: views, next: expect.stringMatching(/^[\w-]+$/) })
  expect(headers).toEqual({ link: `</v1/users?limit=2&cursor=${body.next}>; rel="next"` })
  expect(positionOf(String(body.next), 'list')).toEqual({ after: 'position' })
})

it('has no link on the last page', () => {
  expect(pageOf(self, 'list', { views, next: undefined })).toEqual({
    status: 200,
    headers: {},
    body: { items: views, next: null },
  })
})

it('begins without a cursor', () => {
  expect(positionOf(undefined, 'list')).toEqual({ after: undefined })
})

it.each([
  ['of another list', cursorOf('other', 'position')],
  ['in another spelling', `${cursorOf('list', 'position')}=`],
  ['without a position', cursorOf('list', '')],
  ['that is too long for a key', cursorOf('list', 'å'.repeat(513))],
  ['that is nothing of the kind', 'x'],
])('refuses a cursor %s', (_, cursor) => {
  expect(positionOf(cursor, 'list')).toMatchObject({
    refusal: 'malformed-request',
    errors: [{ pointer: '/cursor' }],
  })
  expect(positionOf(cursorOf('list', 'å'.repeat(512)), 'list')).toEqual({ after: 'å'.repeat(512) })
})
