type Node = { type: string; name?: string; key?: Node; callee?: Node }
type Path = { node: Node; parent: Node }

const documented = new Set(['description', 'summary', 'title', 'detail'])
const texts = new Set(['StringLiteral', 'TemplateLiteral'])

/**
 * What is written for people is not mutated: a literal that is a `description`, `summary`, `title` or `detail`, the
 * message of an error, and the example of a body.
 */
function shouldIgnore({ node, parent }: Path): string | undefined {
  const name = parent.type === 'ObjectProperty' ? parent.key?.name : undefined
  const isDocumentation = texts.has(node.type) && documented.has(name ?? '')
  const isExample = node.type === 'ObjectExpression' && name === 'exampleBody'
  const isMessage =
    texts.has(node.type) && parent.type === 'NewExpression' && parent.callee?.name?.endsWith('Error')
  return isDocumentation || isExample || isMessage ? 'It is written for people.' : undefined
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: { shouldIgnore } }]
