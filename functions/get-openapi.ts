import { getOpenapi } from '../shared/contract/get-openapi.ts'
import { openApiDocument } from '../shared/contract/openapi.ts'
import { document } from '../shared/runtime/document.ts'

export const handler = document(getOpenapi, (origin) => JSON.stringify(openApiDocument(origin)), {
  'content-type': 'application/json',
  // The document holds no secrets, and pages on other hosts show it.
  'access-control-allow-origin': '*',
})
