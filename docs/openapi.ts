import { mkdirSync, writeFileSync } from 'node:fs'
import { openApiDocument } from '../shared/contract/openapi.ts'

// Writes the description for the linter and the generator of the client's types.
const folder = new URL('../reports/', import.meta.url)
mkdirSync(folder, { recursive: true })
writeFileSync(new URL('openapi.json', folder), JSON.stringify(openApiDocument(), null, 2))
