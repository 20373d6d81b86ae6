import { spawnSync } from 'node:child_process'

/** DynamoDB Local's needs. */
const oldestJava = 17
const debianPackage = 'openjdk-17-jre-headless'

/**
 * Makes sure that Java is there; installs Debian's where we may.
 *
 * @throws with what to do, where there is none and it can't be installed
 */
export function requireJava(log: (line: string) => void): void {
  if (javaVersion() >= oldestJava) return
  const mayInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (mayInstall) {
    log(`First start: installing ${debianPackage}, which DynamoDB Local needs. This takes a minute or two …`)
    spawnSync('apt-get', ['update'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', debianPackage], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
    if (javaVersion() >= oldestJava) return
  }
  throw new Error(
    `DynamoDB Local needs Java ${oldestJava} or newer, and "java -version" finds none. Install it, on Debian ` +
      `or Ubuntu with: sudo apt-get install ${debianPackage}`,
  )
}

/** The major version of the `java` on the path; 0 where there is none. */
function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0)
}
