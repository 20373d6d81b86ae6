import { answers, type Contract, describeAction } from './contract.ts'
import { docsPage } from './shapes.ts'

export const getDocs = {
  name: 'get-docs',
  method: 'GET',
  path: '/v1/docs',
  access: 'anyone',
  answers: answers<{ 200: string }>(),
} as const satisfies Contract

export const documentation = describeAction(getDocs, {
  tag: 'Description',
  summary: 'Get this description as a page',
  description: 'Returns an HTML page that needs no script.',
  answers: [
    {
      status: 200,
      description: 'The page.',
      content: [{ mediaType: 'text/html', schema: docsPage, example: '<!doctype html>…' }],
      headers: ['ETag', 'Cache-Control'],
    },
  ],
  problems: [],
})
