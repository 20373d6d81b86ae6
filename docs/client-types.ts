import { writeFileSync } from 'node:fs'
import openapiTS, { astToString, COMMENT_HEADER, type SchemaObject } from 'openapi-typescript'
import ts from 'typescript'
import { openApiDocument } from '../shared/contract/openapi.ts'

const { factory } = ts

/** `"known" | (string & {})`: a plain `string` in the union would hide the known values from editors. */
function openString({ anyOf }: SchemaObject): ts.TypeNode | undefined {
  const [known, any, ...more] = (anyOf ?? []) as { type?: string; enum?: string[] }[]
  if (!known?.enum || any?.type !== 'string' || any.enum || more.length > 0) return undefined
  const anyString = factory.createIntersectionTypeNode([
    factory.createKeywordTypeNode(ts.SyntaxKind.StringKeyword),
    factory.createTypeLiteralNode([]),
  ])
  return factory.createUnionTypeNode([
    ...known.enum.map((value) => factory.createLiteralTypeNode(factory.createStringLiteral(value))),
    factory.createParenthesizedType(anyString),
  ])
}

/** Optional properties can be undefined, for projects with `exactOptionalPropertyTypes`. */
function withUndefined(node: ts.Node): ts.Node {
  const visited = ts.visitEachChild(node, withUndefined, undefined)
  const isOptional = ts.isPropertySignature(visited) && visited.questionToken && visited.type
  if (!isOptional || visited.type?.kind === ts.SyntaxKind.NeverKeyword) return visited
  const undefinedToo = factory.createUnionTypeNode([
    visited.type as ts.TypeNode,
    factory.createKeywordTypeNode(ts.SyntaxKind.UndefinedKeyword),
  ])
  const { modifiers, name, questionToken } = visited
  const signature = factory.createPropertySignature(modifiers, name, questionToken, undefinedToo)
  ts.setSyntheticLeadingComments(signature, ts.getSyntheticLeadingComments(visited))
  return signature
}

/** The types of the client, as TypeScript. */
export async function clientTypes(): Promise<string> {
  const nodes = await openapiTS(JSON.stringify(openApiDocument()), { transform: openString })
  return COMMENT_HEADER + astToString(nodes.map(withUndefined))
}

if (import.meta.main) writeFileSync('client/schema.d.ts', await clientTypes())
