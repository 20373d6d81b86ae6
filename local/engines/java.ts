import { spawnSync } from 'node:child_process'

/** What DynamoDB Local needs. */
const oldestJava = 17
const debianPackage = 'openjdk-17-jre-headless'

/** Makes sure that there is Java: installs it as root on Debian or Ubuntu, else throws with what to do. */
export function requireJava(log: (line: string) => void): void {
  if (javaVersion() >= oldestJava) return
  const canInstall = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0
  if (canInstall) {
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

/** The major version of the `java` on the path, or 0. */
function javaVersion(): number {
  const { stderr } = spawnSync('java', ['-version'], { encoding: 'utf8' })
  return Number(/version "(\d+)/.exec(stderr ?? '')?.[1] ?? 0)
}
