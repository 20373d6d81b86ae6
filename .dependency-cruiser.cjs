/** Who may import whom. Everybody may import shared/environment.ts, which imports nothing. */
const names = '^shared/environment\\.ts$'
/** Escaping is one and the same wherever markup is written. */
const html = '^shared/html\\.ts$'

/** @param {string} comment why */
const only = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { pathNot: [from, names, ...allowed] },
})

/** One folder of local/, which may import only these parts of local/. */
const onlyLocal = (folder, allowed, comment) => ({
  name: `local-${folder}-is-in-its-place`,
  comment,
  severity: 'error',
  from: { path: `^local/${folder}/` },
  to: { path: '^local/', pathNot: [folder, ...allowed].map((one) => `^local/${one}`) },
})

module.exports = {
  forbidden: [
    {
      name: 'names-import-nothing',
      comment: 'Everybody imports the names of environment variables, so they may bring nothing with them.',
      severity: 'error',
      from: { path: names },
      to: {},
    },
    only(
      'domain-imports-nothing',
      '^shared/domain/',
      ['^url$'],
      'What is true is decided in pure data: without a clock, ids or input and output it can be tested as a table. Node’s url, which is pure too, has the conversion of domain names (UTS 46); a package for it would add 260 kB to each function.',
    ),
    only(
      'contract-imports-domain',
      '^shared/contract/',
      ['^shared/domain/', html, '^node_modules/zod/'],
      'What is spoken is derived from what is true, and must not change with where or how it is kept.',
    ),
    only(
      'table-imports-domain',
      '^shared/table/',
      [
        '^shared/domain/',
        '^node_modules/(@aws-sdk/(client-dynamodb|lib-dynamodb|util-dynamodb)|uuid)/',
        '^crypto$',
      ],
      'Conditions restate what the domain decides; how it is spoken or mailed must not reach what is kept.',
    ),
    only(
      'mail-imports-domain',
      '^shared/mail/',
      ['^shared/domain/', html, '^node_modules/(@aws-sdk/client-ses|intl-messageformat)/'],
      'A letter is made from what it is given, so that it can be read and tested without a table.',
    ),
    only(
      'html-imports-nothing',
      html,
      [],
      'Mails and pages are written with it, so it may bring nothing with it.',
    ),
    {
      name: 'functions-describe-themselves-nowhere',
      comment:
        'Only the two functions that serve the documentation load it. The others import the contract of their action, and the bundler leaves out its documentation (test/infra/bundle.test.ts).',
      severity: 'error',
      from: {
        path: '^(functions|shared/(answers|domain|table|mail|runtime))/',
        pathNot: '^functions/get-(docs|openapi)\\.ts$',
      },
      to: {
        path: '^shared/contract/(actions|docs-page|examples|openapi|shapes)\\.ts$',
        dependencyTypesNot: ['type-only'],
      },
    },
    only(
      'answers-show-items',
      '^shared/answers/',
      [
        '^shared/(domain|contract)/',
        '^shared/table/(items|keys)\\.ts$',
        '^node_modules/(csv-stringify|negotiator|@types/negotiator)/',
        '^crypto$',
      ],
      'Items are shown as they were read: what is shown needs no request and no further read.',
    ),
    {
      name: 'runtime-does-not-act',
      comment:
        'How a function is run is the same for all of them; what it writes or mails is for the function to say.',
      severity: 'error',
      from: { path: '^shared/runtime/' },
      to: {
        path: '^shared/(table/(contacts|copies|directory|invitations|mails|partners|quota|transact|users)\\.ts|mail/)',
      },
    },
    {
      name: 'functions-stand-alone',
      comment:
        'Each function is deployed by itself: what two of them share belongs to shared, and CDK to none.',
      severity: 'error',
      from: { path: '^functions/' },
      to: {
        path: '^(functions|infra|operate|local|demo|bench)/|^node_modules/(aws-cdk-lib|constructs)/',
      },
    },
    {
      name: 'shared-is-below',
      comment: 'What is shared must not know who uses it.',
      severity: 'error',
      from: { path: '^shared/' },
      to: { path: '^(functions|infra|operate|local|demo|bench|docs|test)/' },
    },
    {
      name: 'infra-imports-names',
      comment:
        'What is deployed is told from routes, names and the key schema; importing handlers would run them. The domain imports nothing.',
      severity: 'error',
      from: { path: '^infra/' },
      to: {
        path: '^(shared|functions|operate|local|demo|bench|docs)/',
        pathNot: [
          names,
          '^shared/domain/',
          '^shared/contract/(actions|contract)\\.ts$',
          '^shared/table/(schema|item-types)\\.ts$',
        ],
      },
    },
    {
      name: 'infra-imports-item-types-as-types',
      comment: 'The kinds of items check the stream filters; there is nothing of them to run.',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: '^shared/table/item-types\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'operate-calls-the-deployment',
      comment:
        'A command works on what is deployed, which may be older than the sources. It finds a deployment by its environment and changes it through its interfaces.',
      severity: 'error',
      from: { path: '^operate/' },
      to: {
        path: '^(shared|functions|infra|local|demo|bench|docs)/',
        pathNot: ['^shared/domain/', '^infra/environments\\.ts$'],
      },
    },
    {
      name: 'local-reads-the-synthesized-output',
      comment: 'It runs what is deployed only because it knows nothing but what is synthesized.',
      severity: 'error',
      from: { path: '^local/' },
      to: { path: '^(functions|shared|infra|operate|demo|bench|docs)/' },
    },
    onlyLocal(
      'template',
      [],
      'Every part of the local stack reads the template, so the template is below all of them.',
    ),
    onlyLocal(
      'engines',
      ['template'],
      'An engine holds data. Who may read or write the data is checked in front of it.',
    ),
    onlyLocal(
      'lambda',
      ['template', 'engines'],
      'A function is run in the same way, whether a request, a stream or a queue invokes it.',
    ),
    onlyLocal(
      'http',
      ['template', 'engines', 'lambda'],
      'Requests of users reach functions and files, but not the AWS endpoint that functions call.',
    ),
    onlyLocal(
      'endpoint',
      ['template', 'lambda', 'http/paths\\.ts$'],
      'Calls of functions reach AWS services; how users reach the functions has no influence on them.',
    ),
    {
      name: 'demo-knows-the-items',
      comment:
        'Demo accounts are items, put past the interface: nothing of how they are served or run is needed.',
      severity: 'error',
      from: { path: '^demo/' },
      to: { path: '^(functions|infra|operate|local|bench|docs|shared/(contract|mail|runtime))/' },
    },
    only(
      'web-speaks-http',
      '^web/',
      [
        '^client/index\\.ts$',
        '^node_modules/(@tanstack/react-query|intl-messageformat|oidc-client-ts|react|react-aria-components|react-dom|wouter)/',
      ],
      'The pages know no more than any other program may: the interface, through its generated client.',
    ),
    only(
      'client-stands-alone',
      '^client/',
      ['^node_modules/openapi-(fetch|typescript-helpers)/'],
      'It is published: what it needs has to come with it.',
    ),
    {
      name: 'no-tests-in-the-product',
      comment: 'Tests must be free to change without changing what is deployed.',
      severity: 'error',
      from: { pathNot: '^(bench|test)/|^vitest\\.config\\.ts$' },
      to: { path: '^test/' },
    },
    {
      name: 'bench-only-measures',
      comment: 'Measurements use the accounts and cases of the tests, so no test depends on a measurement.',
      severity: 'error',
      from: { path: '^test/' },
      to: { path: '^bench/' },
    },
    {
      name: 'kit-is-below-the-tests',
      comment: 'Every test may use the kit, so the kit uses no test.',
      severity: 'error',
      from: { path: '^test/(kit|cases)/' },
      to: { path: '^test/(?!kit/|cases/)' },
    },
    {
      name: 'no-cycles',
      comment: 'Modules that need each other can only be read, tested and loaded together. Types alone may.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
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
      comment: 'An import that is not found is checked by no rule.',
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
