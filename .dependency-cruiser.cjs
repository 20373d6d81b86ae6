/** The names of environment variables and metrics, which every file may import. */
const names = '^shared/environment\\.ts$'
/** Escapes markup, in e-mails and pages. */
const html = '^shared/html\\.ts$'
/** Chooses the language of e-mails and pages. */
const languages = '^shared/languages\\.ts$'

/**
 * Forbids files of `from` to import what matches `to`, by default everything, except each other, `names` and what `but`
 * matches. With `typesMay`, imports of types alone are allowed.
 */
const rule = (name, { from, to = '', but = [], typesMay = false, why }) => ({
  name,
  comment: why,
  severity: 'error',
  from: { path: from },
  to: {
    ...(to && { path: to }),
    pathNot: [names, ...(to ? but : [from, ...but])],
    ...(typesMay && { dependencyTypesNot: ['type-only'] }),
  },
})

/** Lets a folder of local/ import only these parts of local/ and itself. */
const local = (folder, { but = [], why }) =>
  rule(`local-${folder}-is-in-its-place`, {
    from: `^local/${folder}/`,
    to: '^local/',
    but: [folder, ...but].map((part) => `^local/${part}`),
    why,
  })

module.exports = {
  forbidden: [
    ...Object.entries({ names, html, languages }).map(([name, from]) =>
      rule(`${name}-import-nothing`, {
        from,
        why: 'Many functions or pages load it, so it must not load anything else.',
      }),
    ),
    rule('domain-imports-nothing', {
      from: '^shared/domain/',
      but: ['^url$'],
      why: 'Decisions are pure data, without a clock, ids or input and output, so that they can be tested as tables. Node’s url, which is pure too, converts domain names (UTS 46). A package for it would add 260 kB to each function.',
    }),
    rule('contract-imports-domain', {
      from: '^shared/contract/',
      but: ['^shared/domain/', html, '^node_modules/zod/'],
      why: 'The interface follows from the domain, and must not change with the storage.',
    }),
    rule('table-imports-domain', {
      from: '^shared/table/',
      but: [
        '^shared/domain/',
        '^node_modules/(@aws-sdk/(client-dynamodb|lib-dynamodb|util-dynamodb)|uuid)/',
        '^crypto$',
      ],
      why: 'Conditions restate what the domain decides. The interface and e-mails must not affect the storage.',
    }),
    rule('mail-imports-domain', {
      from: '^shared/mail/',
      but: ['^shared/domain/', html, languages, '^node_modules/(@aws-sdk/client-ses|intl-messageformat)/'],
      why: 'An e-mail is made from its arguments, so that it can be read and tested without a table.',
    }),
    rule('answers-show-items', {
      from: '^shared/answers/',
      but: [
        '^shared/(domain|contract)/',
        '^shared/table/(items|keys)\\.ts$',
        '^node_modules/(csv-stringify|negotiator|@types/negotiator)/',
        '^crypto$',
      ],
      why: 'Items are shown as they were read, without a request and without another read.',
    }),
    rule('runtime-does-not-act', {
      from: '^shared/runtime/',
      to: '^shared/(table/(contacts|copies|directory|invitations|mails|partners|quota|transact|users)\\.ts|mail/)',
      why: 'All functions run in the same way. Each function itself says what it writes and mails.',
    }),
    rule('shared-is-below', {
      from: '^shared/',
      to: '^(functions|infra|operate|local|demo|bench|docs|test)/',
      why: 'Shared code must not know its users.',
    }),
    rule('functions-describe-themselves-nowhere', {
      from: '^(functions/(?!get-(docs|openapi)\\.ts$)|shared/(answers|domain|table|mail|runtime)/)',
      to: '^shared/contract/(actions|docs-page|examples|openapi|shapes)\\.ts$',
      typesMay: true,
      why: 'Only the two functions that serve the documentation load it. The others import the contract of their action, and the bundler leaves out its documentation (test/infra/bundle.test.ts).',
    }),
    rule('functions-stand-alone', {
      from: '^functions/',
      to: '^(functions|infra|operate|local|demo|bench)/|^node_modules/(aws-cdk-lib|constructs)/',
      why: 'Each function is deployed by itself, without CDK. Code of several functions belongs in shared/.',
    }),
    rule('infra-imports-names', {
      from: '^infra/',
      to: '^(shared|functions|operate|local|demo|bench|docs)/',
      but: [
        '^shared/domain/',
        '^shared/contract/(actions|contract)\\.ts$',
        '^shared/table/(schema|items)\\.ts$',
      ],
      why: 'Routes, names and the key schema say what is deployed. Importing handlers would run them.',
    }),
    rule('infra-imports-items-as-types', {
      from: '^infra/',
      to: '^shared/table/items\\.ts$',
      typesMay: true,
      why: 'The types of items check the stream filters. There is nothing to run.',
    }),
    rule('operate-calls-the-deployment', {
      from: '^operate/',
      to: '^(shared|functions|infra|local|demo|bench|docs)/',
      but: ['^shared/domain/', '^infra/environments\\.ts$'],
      why: 'A command works on a deployment, which can be older than the sources. It finds the deployment by its environment and changes it through its interfaces.',
    }),
    rule('local-reads-the-synthesized-output', {
      from: '^local/',
      to: '^(functions|shared|infra|operate|demo|bench|docs)/',
      why: 'The local stack runs what is deployed, because it knows only what is synthesized.',
    }),
    local('template', {
      why: 'Every part of the local stack reads the template, so the template is below all of them.',
    }),
    local('engines', {
      but: ['template'],
      why: 'An engine holds data. Access to the data is checked in front of it.',
    }),
    local('lambda', {
      but: ['template', 'engines'],
      why: 'A function is run in the same way, whether a request, a stream or a queue invokes it.',
    }),
    local('http', {
      but: ['template', 'engines', 'lambda'],
      why: 'Requests of users reach functions and files, but not the AWS endpoint that functions call.',
    }),
    local('endpoint', {
      but: ['template', 'lambda', 'http/paths\\.ts$'],
      why: 'Calls of functions reach AWS services. How users reach the functions does not affect them.',
    }),
    rule('demo-knows-the-items', {
      from: '^demo/',
      to: '^(functions|infra|operate|local|bench|docs|shared/(contract|mail|runtime))/',
      why: 'The demo puts items past the interface. It does not need the code that serves and runs them.',
    }),
    rule('web-speaks-http', {
      from: '^web/',
      but: [
        '^client/index\\.ts$',
        languages,
        '^node_modules/(@tanstack/react-query|intl-messageformat|oidc-client-ts|react|react-aria-components|react-dom|wouter)/',
      ],
      why: 'The pages use the interface through its generated client, like every other program.',
    }),
    rule('client-stands-alone', {
      from: '^client/',
      but: ['^node_modules/openapi-(fetch|typescript-helpers)/'],
      why: 'The client is published, with everything that it needs.',
    }),
    rule('no-tests-in-the-product', {
      from: '^(?!bench/|test/|vitest\\.config\\.ts$)',
      to: '^test/',
      why: 'Tests can change without a change of what is deployed.',
    }),
    rule('bench-only-measures', {
      from: '^test/',
      to: '^bench/',
      why: 'Measurements use the accounts and cases of the tests, so no test depends on a measurement.',
    }),
    rule('kit-is-below-the-tests', {
      from: '^test/(kit|cases)/',
      to: '^test/(?!kit/|cases/)',
      why: 'Every test may use the kit, so the kit uses no test.',
    }),
    {
      name: 'no-cycles',
      comment: 'Modules that need each other can only be loaded together.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-cycles-of-types',
      comment:
        'Modules that need each other can only be read and tested together. The simulation still has some.',
      severity: 'error',
      from: { pathNot: '^test/simulation/' },
      to: { circular: true, via: { dependencyTypes: ['type-only'] } },
    },
    {
      name: 'no-cycles-of-folders',
      comment: 'Folders that need each other are one folder.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'No rule checks an import that is not found.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
}
