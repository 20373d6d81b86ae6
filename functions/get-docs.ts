import { createHash } from 'node:crypto'
import { docsPage, style } from '../shared/contract/docs-page.ts'
import { getDocs } from '../shared/contract/get-docs.ts'
import { openApiDocument } from '../shared/contract/openapi.ts'
import { document } from '../shared/runtime/document.ts'

const styleHash = createHash('sha256').update(style).digest('base64')

const page = docsPage(openApiDocument()).markup

export const handler = document(getDocs, () => page, {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
})
