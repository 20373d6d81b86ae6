import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

export type Template = {
  Parameters?: Record<string, { Default?: unknown }>
  Conditions?: object
  Resources?: Record<string, TemplateResource>
  Outputs?: Record<string, { Value: unknown; Export?: { Name: unknown } }>
}

export type TemplateResource = {
  Type: string
  Properties?: Record<string, unknown>
}

export type AssemblyStack = {
  name: string
  /** By default eu-north-1. */
  region: string
  /** By default 000000000000. */
  account: string
  template: Template
}

export type Assembly = {
  stacks: AssemblyStack[]
  /** The absolute path of each asset's folder or file, by the asset's hash. */
  assets: Map<string, string>
}

type Manifest = { artifacts?: Record<string, Artifact> }

type Artifact = {
  type: string
  environment?: string
  properties?: { templateFile?: string; stackName?: string; file?: string; directoryName?: string }
}

type AssetFile = { files?: Record<string, { source: { path?: string } }> }

/** Reads the templates and file assets of a cloud assembly, also of nested ones. Throws if there is none. */
export function readAssembly(folder: string): Assembly {
  const assembly: Assembly = { stacks: [], assets: new Map() }
  readInto(assembly, folder)
  return assembly
}

function readInto(assembly: Assembly, folder: string) {
  const manifest = readManifest(folder)
  for (const [id, artifact] of Object.entries(manifest.artifacts ?? {})) {
    const properties = artifact.properties ?? {}
    if (artifact.type === 'aws:cloudformation:stack' && properties.templateFile) {
      assembly.stacks.push({
        name: properties.stackName ?? id,
        ...accountAndRegion(artifact.environment),
        template: readJson<Template>(join(folder, properties.templateFile)),
      })
    }
    if (artifact.type === 'cdk:asset-manifest' && properties.file) {
      const { files } = readJson<AssetFile>(join(folder, properties.file))
      for (const [hash, asset] of Object.entries(files ?? {})) {
        if (asset.source.path) assembly.assets.set(hash, resolve(folder, asset.source.path))
      }
    }
    if (artifact.type === 'cdk:cloud-assembly' && properties.directoryName) {
      readInto(assembly, join(folder, properties.directoryName))
    }
  }
}

function readManifest(folder: string): Manifest {
  try {
    return readJson<Manifest>(join(folder, 'manifest.json'))
  } catch (cause) {
    throw new Error(`${folder} has no synthesized assembly: run "npm run synth" first.`, { cause })
  }
}

/** Reads `aws://ACCOUNT/REGION`, in which both can be `unknown-…`. */
function accountAndRegion(environment = '') {
  const [account = '', region = ''] = environment.replace('aws://', '').split('/')
  return {
    account: /^\d{12}$/.test(account) ? account : '000000000000',
    region: /^[a-z]{2}-/.test(region) ? region : 'eu-north-1',
  }
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8')) as T
}
