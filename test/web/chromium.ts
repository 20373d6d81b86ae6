import { spawnSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

const names = ['chromium', 'chromium-browser', 'google-chrome']
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Starts the machine's Chromium; installs Debian's where there is none and we may. */
export function startChromium(): Promise<Browser> {
  return chromium.launch({ executablePath: installed() ?? install(), args: flags })
}

function installed(): string | undefined {
  const found = spawnSync('sh', ['-c', names.map((name) => `command -v ${name}`).join(' || ')], {
    encoding: 'utf8',
  })
  return found.stdout.trim() || undefined
}

function install(): string {
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0) {
    spawnSync('apt-get', ['update'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], {
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    })
  }
  const there = installed()
  if (there) return there
  throw new Error('There is no Chromium. Install it, on Debian or Ubuntu with: sudo apt-get install chromium')
}
