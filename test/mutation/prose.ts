type Node = { type: string; name?: string; key?: Node; callee?: Node }
type Path = { node: Node; parent: Node }

const documented = new Set(['description', 'summary', 'title', 'detail'])

/**
 * What is written for people is not mutated: a literal that is a `description`, `summary`, `title` or `detail`, or the
 * message of an error.
 */
function shouldIgnore({ node, parent }: Path): string | undefined {
  if (node.type !== 'StringLiteral' && node.type !== 'TemplateLiteral') return undefined
  const isDocumentation = parent.type === 'ObjectProperty' && documented.has(parent.key?.name ?? '')
  const isMessage = parent.type === 'NewExpression' && parent.callee?.name?.endsWith('Error')
  return isDocumentation || isMessage ? 'It is written for people.' : undefined
}

export const strykerPlugins = [{ kind: 'Ignore', name: 'prose', value: { shouldIgnore } }]
