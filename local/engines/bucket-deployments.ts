import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative } from 'node:path'
import type { Assembly } from '../template/assembly.ts'
import { ofType, type Resource, type Resources } from '../template/resources.ts'
import { putObject } from './s3-and-sqs.ts'

const contentTypes: Record<string, string> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

const understood = [
  ...['SourceObjectKeys', 'DestinationBucketName', 'DestinationBucketKeyPrefix', 'SystemMetadata', 'Prune'],
  // These describe the function that copies the files in AWS.
  ...['ServiceToken', 'SourceBucketNames', 'SourceMarkersConfig', 'OutputObjectKeys'],
  'WaitForDistributionInvalidation',
]

/**
 * Puts the files of every BucketDeployment into the local S3, with their headers. `localized` replaces deployed
 * addresses in JSON files by local ones. Throws if a property or a file's extension is unknown.
 */
export async function deployFiles(
  assembly: Assembly,
  resources: Resources,
  { s3, localized }: { s3: string; localized(text: string): string },
): Promise<void> {
  for (const deployment of ofType(resources, 'Custom::CDKBucketDeployment')) {
    const { DestinationBucketName, DestinationBucketKeyPrefix = '', SystemMetadata = {} } = read(deployment)
    for (const folder of foldersOf(assembly, deployment)) {
      for (const file of filesIn(folder)) {
        const content = readFileSync(join(folder, file))
        await putObject(s3, join(DestinationBucketName, DestinationBucketKeyPrefix, file), {
          body: file.endsWith('.json') ? localized(content.toString()) : content,
          headers: { ...SystemMetadata, 'content-type': contentTypeOf(file) },
        })
      }
    }
  }
}

function read({ properties, logicalId }: Resource) {
  const declared = properties as {
    DestinationBucketName: string
    DestinationBucketKeyPrefix?: string
    SystemMetadata?: Record<string, string>
    Prune?: boolean
  }
  const unknown =
    Object.keys(declared).find((key) => !understood.includes(key)) ?? (declared.Prune && 'Prune')
  if (unknown)
    throw new Error(`${logicalId} has ${unknown}, which local/engines/bucket-deployments.ts does not know.`)
  return declared
}

function foldersOf({ assets }: Assembly, { properties, logicalId }: Resource): string[] {
  return (properties.SourceObjectKeys as string[]).map((key) => {
    const folder = assets.get(key.replace(/\.zip$/, ''))
    if (!folder) throw new Error(`${logicalId} has no built asset ${key} in the assembly.`)
    return folder
  })
}

/** Paths of all files, relative to the folder. */
function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
}

function contentTypeOf(file: string): string {
  const type = contentTypes[extname(file)]
  if (!type)
    throw new Error(`${file}: local/engines/bucket-deployments.ts knows no content type of ${extname(file)}.`)
  return type
}
