import { openApiDocument } from '../shared/contract/openapi.ts'
import { document } from '../shared/runtime/document.ts'

export const handler = document('get-openapi', (origin) => JSON.stringify(openApiDocument(origin)), {
  'content-type': 'application/json',
  // Nothing in it is secret, and pages of other hosts show it.
  'access-control-allow-origin': '*',
})
