import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { synthesize } from '../../infra/assembly.ts'
import { type Environment, environments } from '../../infra/environments.ts'
import { grants } from '../../infra/grants.ts'

// What the CDK checks templates for costs a second of each test file, and `npm run synth` has it checked.
process.env.CDK_VALIDATION = 'false'

export type Resource = {
  Type: string
  Properties: Record<string, unknown>
  DeletionPolicy?: string
  UpdateReplacePolicy?: string
}
type Template = {
  Resources: Record<string, Resource>
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>
}

/** What stands at a path of keys and indexes, dots between them; throws if nothing does. */
export function at(value: unknown, path: string): unknown {
  let found = value
  for (const key of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[key]
  if (found === undefined) throw new Error(`There is no ${path} in ${JSON.stringify(value)}`)
  return found
}

/** One environment as it is synthesized, with bundles that hold no more than the name of their function. */
export class Assembled {
  private readonly templates: Template[]
  /** By logical id. */
  readonly resources: Record<string, Resource>
  /** The function that a logical id's bundle is of. The CDK's own, which work on buckets while a stack is deployed, have none. */
  readonly nameOf: Record<string, string> = {}
  /** The files that a logical id deploys, with what is in them. */
  readonly filesOf: Record<string, Record<string, string>> = {}

  constructor(environment: keyof typeof environments, own: Partial<Environment> = {}) {
    const folder = mkdtempSync(join(tmpdir(), 'assembled-'))
    for (const name of Object.keys(grants)) {
      mkdirSync(join(folder, 'functions', name), { recursive: true })
      writeFileSync(join(folder, 'functions', name, 'index.cjs'), name)
    }
    const outdir = join(folder, environment)
    const pages = join(folder, 'web')
    mkdirSync(join(pages, 'assets'), { recursive: true })
    writeFileSync(join(pages, 'index.html'), '<!doctype html>')
    writeFileSync(join(pages, 'assets', 'index-a1b2c3d4.js'), '')
    const bundles = join(folder, 'functions')
    synthesize({ ...environments[environment], ...own }, { bundles, pages, outdir })
    this.templates = readdirSync(outdir)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => JSON.parse(readFileSync(join(outdir, file), 'utf8')))
    this.resources = Object.assign({}, ...this.templates.map(({ Resources }) => Resources))
    for (const [id, { Properties }] of this.ofType('AWS::Lambda::Function')) {
      if (!Properties.FunctionName) continue
      const asset = String(at(Properties, 'Code.S3Key')).replace('.zip', '')
      this.nameOf[id] = readFileSync(join(outdir, `asset.${asset}`, 'index.cjs'), 'utf8')
    }
    for (const [id, { Properties }] of this.ofType('Custom::CDKBucketDeployment')) {
      const folders = (Properties.SourceObjectKeys as string[]).map(
        (key) => `asset.${key.replace('.zip', '')}`,
      )
      this.filesOf[id] = Object.fromEntries(
        folders.flatMap((folder) =>
          readdirSync(join(outdir, folder)).map((file) => [
            file,
            readFileSync(join(outdir, folder, file), 'utf8'),
          ]),
        ),
      )
    }
    rmSync(folder, { recursive: true })
  }

  /** Resources of a type, with their logical ids. */
  ofType(type: string): [string, Resource][] {
    return Object.entries(this.resources).filter(([, { Type }]) => Type === type)
  }

  /** The properties of the one resource of a type. */
  only(type: string): Record<string, unknown> {
    const [[, resource] = [], ...others] = this.ofType(type)
    if (!resource || others.length > 0) throw new Error(`There is not exactly one ${type}`)
    return resource.Properties
  }

  /** The resource at a logical id. */
  resource(id: unknown): Resource {
    return at(this.resources, String(id)) as Resource
  }

  /** The properties of a function. */
  function(name: string): Record<string, unknown> {
    const id = Object.keys(this.nameOf).find((candidate) => this.nameOf[candidate] === name)
    return this.resource(id).Properties
  }

  /** An output of a stack, as `readable`. */
  output(name: string): string {
    const output = this.templates.map(({ Outputs }) => Outputs?.[name]).find((found) => found)
    return this.readable(output?.Value)
  }

  /** A value with its references as a person would write them, such as `Table.Arn/index/list`. */
  readable(value: unknown): string {
    if (typeof value !== 'object' || value === null) return String(value)
    const [[intrinsic, argument] = []] = Object.entries(value)
    switch (intrinsic) {
      case 'Ref':
        return unhashed(argument)
      case 'Fn::GetAtt':
        return argument.map(unhashed).join('.')
      case 'Fn::Join':
        return argument[1].map((part: unknown) => this.readable(part)).join(argument[0])
      case 'Fn::ImportValue':
        return this.readable(this.exported(argument))
      default:
        throw new Error(`There is no readable form of ${JSON.stringify(value)}`)
    }
  }

  private exported(name: string): unknown {
    const outputs = this.templates.flatMap(({ Outputs }) => Object.values(Outputs ?? {}))
    return outputs.find(({ Export }) => Export?.Name === name)?.Value
  }
}

export const prod = new Assembled('prod')

/** A logical id ends in eight digits of a hash, which say nothing. */
const unhashed = (id: string) => id.replace(/[0-9A-F]{8}$/, '')
