import { answers, type Contract, describeAction, jsonAnswer } from './contract.ts'
import { openApi } from './shapes.ts'

export const getOpenapi = {
  name: 'get-openapi',
  method: 'GET',
  path: '/v1/openapi.json',
  access: 'anyone',
  answers: answers<{ 200: object }>(),
} as const satisfies Contract

export const documentation = describeAction(getOpenapi, {
  tag: 'Description',
  summary: 'Get this description as OpenAPI',
  description: 'Returns an OpenAPI 3.1 document, made from the schemas that validate requests.',
  answers: [
    jsonAnswer(200, 'An OpenAPI document.', {
      schema: openApi,
      example: { openapi: '3.1.1', info: { title: 'Partner Accounts', version: '1.0.0' }, paths: {} },
      headers: ['ETag', 'Cache-Control'],
    }),
  ],
  problems: [],
})
