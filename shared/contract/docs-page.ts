import { Html, html } from '../html.ts'
import type { DescribedOperation, OpenApiDocument, Parameter, Schema } from './openapi.ts'

/** The page's only style, which its content security policy names by hash. */
export const style = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3a3f47); --soft: light-dark(#f4f5f7, #1e2126); --quiet: light-dark(#555c66, #a9b0ba); --link: light-dark(#0b57d0, #8ab4f8); }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0 auto; padding: 1rem; max-width: 76rem; font: 1rem/1.55 system-ui, sans-serif; background: light-dark(#fff, #131519); color: light-dark(#1b1f24, #e6e8eb); }
h1 { font-size: 1.9rem; line-height: 1.2; margin: .5rem 0; }
h2 { font-size: 1.45rem; margin: 3rem 0 .5rem; padding-top: 1rem; border-top: 2px solid var(--line); }
h3 { font-size: 1.15rem; margin: 2.25rem 0 .25rem; }
h4 { font-size: .95rem; margin: 1.25rem 0 .25rem; }
p { margin: .5rem 0; max-width: 46rem; }
a { color: var(--link); }
a:focus-visible, pre:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
code, pre { font-family: ui-monospace, monospace; font-size: .875em; }
code { overflow-wrap: anywhere; }
pre { background: var(--soft); border: 1px solid var(--line); border-radius: 6px; padding: .75rem; margin: .5rem 0; overflow-x: auto; line-height: 1.4; }
pre code { overflow-wrap: normal; }
.route { background: var(--soft); border-radius: 6px; padding: .4rem .6rem; max-width: none; }
.quiet { color: var(--quiet); }
dl { margin: .25rem 0; display: grid; gap: .35rem 1.25rem; }
dt { font-weight: 600; overflow-wrap: anywhere; }
dd { margin: 0 0 .35rem 1rem; overflow-wrap: anywhere; }
nav ul { list-style: none; margin: .2rem 0 .8rem; padding: 0; }
nav li { margin: .2rem 0; }
@media (min-width: 44rem) { dl { grid-template-columns: minmax(9rem, 14rem) 1fr; } dl.statuses { grid-template-columns: 3rem 1fr; } dd { margin: 0; } }
@media (min-width: 60rem) { .columns { display: grid; grid-template-columns: 15rem minmax(0, 1fr); gap: 2.5rem; align-items: start; } nav { position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: 1rem 0; font-size: .9rem; } main h2:first-child { margin-top: 0; } }
`

type Described = { method: string; path: string; operation: DescribedOperation }
type Chapter = { name: string; description: string; operations: Described[] }

/** The description of the interface as a page to read, complete without a script or any other file. */
export function docsPage(document: OpenApiDocument): Html {
  const { info, tags } = document
  const described = operationsOf(document)
  const chapters = tags.map(({ name, description }) => ({
    name,
    description,
    operations: described.filter(({ operation }) => operation.tags.includes(name)),
  }))
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${info.title}: the HTTP interface</title>
<style>${new Html(style)}</style>
</head>
<body>
<header>
<h1>${info.title}: the HTTP interface</h1>
<p>${info.summary}</p>
<p class="quiet">Version ${info.version} · ${info.license.name} · <a href="openapi.json">openapi.json</a>, the same for programs</p>
</header>
<div class="columns">
<nav aria-label="Contents">
<ul><li><a href="#in-general">In general</a></li></ul>
${chapters.map(
  ({ name, operations }) => html`<strong>${name}</strong>
<ul>
${operations.map(
  ({ operation }) => html`<li><a href="#${operation.operationId}">${operation.summary}</a></li>
`,
)}</ul>
`,
)}<ul><li><a href="#problems">Problems</a></li><li><a href="#shapes">Shapes</a></li></ul>
</nav>
<main>
<section id="in-general">
<h2>In general</h2>
${paragraphs(info.description)}
<h3>Who calls</h3>
<dl>
${Object.values(document.components.securitySchemes).map(caller)}</dl>
</section>
${chapters.map(chapter)}
<section id="problems">
<h2>Problems</h2>
<dl>
${Object.values(document.components.examples).map(problemText)}</dl>
</section>
<section id="shapes">
<h2>Shapes</h2>
${Object.entries(document.components.schemas).map(
  ([name, schema]) => html`<h3 id="${shapeId(name)}">${name}</h3>
${typeof schema.description === 'string' ? paragraphs(schema.description) : ''}${fields(schema)}
`,
)}</section>
</main>
</div>
</body>
</html>
`
}

function operationsOf({ paths }: OpenApiDocument): Described[] {
  return Object.entries(paths).flatMap(([path, { servers: _, ...item }]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method.toUpperCase(),
      path,
      operation: operation as DescribedOperation,
    })),
  )
}

const caller = ({ type, description }: { type: string; description: string }) =>
  html`<dt>${type === 'http' ? 'People and their programs' : 'The host product’s back end'}</dt>
<dd>${prose(description)}</dd>
`

const chapter = ({ name, description, operations }: Chapter) =>
  html`<section>
<h2>${name}</h2>
${paragraphs(description)}
${operations.map(section)}</section>
`

function section({ method, path, operation }: Described): Html {
  const { operationId, summary, description, parameters, requestBody, responses } = operation
  return html`<article id="${operationId}">
<h3>${summary}</h3>
<p class="route"><code>${method} ${path}</code></p>
${paragraphs(description)}
${
  parameters
    ? html`<h4>Parameters</h4>
<dl>
${parameters.map(parameterText)}</dl>
`
    : ''
}${
  requestBody
    ? html`<h4>Body</h4>
${Object.entries(requestBody.content).map(([mediaType, content]) => exampleText(mediaType, content))}`
    : ''
}<h4>Answers</h4>
${Object.entries(responses)
  .filter(([status]) => Number(status) < 400)
  .map(successText)}<dl class="statuses">
${Object.entries(responses)
  .filter(([status]) => Number(status) >= 400)
  .map(failureText)}</dl>
</article>
`
}

const parameterText = ({ name, in: place, description, required, schema }: Parameter) =>
  html`<dt><code>${name}</code></dt>
<dd>${prose(description ?? '')} <span class="quiet">${typeText(schema)}, in the ${place}${required ? ', required' : ''}</span></dd>
`

type Response = DescribedOperation['responses'][string]

const successText = ([status, { description, headers = {}, content = {} }]: [string, Response]) =>
  html`<p><strong>${status}</strong> ${description}${headerNames(headers)}</p>
${Object.entries(content).map(([mediaType, one]) => exampleText(mediaType, one))}`

function headerNames(headers: Record<string, object>): Html | string {
  const names = Object.keys(headers).filter((name) => name !== 'X-Request-Id')
  return names.length > 0 ? html` <span class="quiet">With ${names.join(', ')}.</span>` : ''
}

const exampleText = (mediaType: string, { schema, example }: { schema: Schema; example?: unknown }) =>
  html`<p class="quiet">${typeText(schema)} as <code>${mediaType}</code></p>
<pre tabindex="0" role="region" aria-label="Example"><code>${typeof example === 'string' ? example : JSON.stringify(example, null, 2)}</code></pre>
`

function failureText([status, { description, headers = {}, content = {} }]: [string, Response]): Html {
  const codes = Object.keys(content['application/problem+json']?.examples ?? {})
  const links = codes.map(
    (code, at) => html`${at > 0 ? ', ' : ''}<a href="#problem-${code}"><code>${code}</code></a>`,
  )
  return html`<dt>${status}</dt>
<dd>${codes.length > 0 ? links : description}${headerNames(headers)}</dd>
`
}

const problemText = ({
  value: { code, status, title, detail },
}: OpenApiDocument['components']['examples'][string]) =>
  html`<dt id="problem-${code}"><code>${code}</code> <span class="quiet">${String(status)}</span></dt>
<dd>${title}. ${detail}</dd>
`

const shapeId = (name: string) => `shape-${name}`

function fields(schema: Schema): Html {
  const { properties } = schema
  if (!properties) return html`<p>${typeText(schema)}</p>`
  return html`<dl>
${Object.entries(properties as Record<string, Schema>).map(
  ([
    name,
    field,
  ]) => html`<dt><code>${name}</code>${schema.required?.includes(name) ? '' : html` <span class="quiet">may be missing</span>`}</dt>
<dd>${typeText(field)}${field.description ? html`. ${prose(field.description)}` : ''}${nested(field)}</dd>
`,
)}</dl>`
}

/** The fields of an object that has no name of its own. */
function nested(schema: Schema): Html | string {
  const object = [schema, schema.items as Schema | undefined, ...(schema.anyOf ?? [])].find(
    (one) => (one as Schema | undefined)?.properties,
  )
  return object ? fields(object as Schema) : ''
}

/** What a value may be, in few words. */
function typeText(schema: Schema): Html {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1) ?? ''
    return html`<a href="#${shapeId(name)}">${name}</a>`
  }
  if (schema.anyOf) return listed(schema.anyOf as Schema[], ' or ')
  if (schema.enum)
    return html`${schema.enum.map((value, at) => html`${at > 0 ? ' or ' : ''}<code>${String(value)}</code>`)}`
  if (schema.type === 'array') return html`list of ${typeText(schema.items as Schema)}`
  const types = [schema.type ?? 'anything'].flat().join(' or ')
  return html`${schema.format === 'date-time' ? 'time' : types}${boundsText(schema)}`
}

const listed = (schemas: Schema[], between: string) =>
  html`${schemas.map((one, at) => html`${at > 0 ? between : ''}${typeText(one)}`)}`

function boundsText({ minimum, maximum, minLength, maxLength, default: preset }: Schema): string {
  const reasonable = (bound?: number) => bound !== undefined && Math.abs(bound) < Number.MAX_SAFE_INTEGER
  return [
    ...(reasonable(minimum) ? [` from ${minimum}`] : []),
    ...(reasonable(maximum) ? [` to ${maximum}`] : []),
    ...(minLength !== undefined && minLength > 1 ? [` of at least ${minLength} characters`] : []),
    ...(maxLength !== undefined ? [` of at most ${maxLength} characters`] : []),
    ...(preset !== undefined ? [`, ${JSON.stringify(preset)} by default`] : []),
  ].join('')
}

const paragraphs = (text: string) =>
  html`${text.split('\n\n').map(
    (one) => html`<p>${prose(one)}</p>
`,
  )}`

/** Plain text, with what stands in backticks as code. */
const prose = (text: string) =>
  html`${text.split('`').map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))}`
