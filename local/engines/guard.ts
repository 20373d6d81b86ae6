import { type ChildProcess, spawn } from 'node:child_process'
import { fstatSync } from 'node:fs'

/**
 * Ends a child process with this one, however this one ends: a shell waits for the other end of its input to be
 * gone. The shell is in a group of its own, so that Ctrl-C does not end it first.
 */
export function endWithUs(child: ChildProcess): void {
  const script = `cat >/dev/null; kill ${child.pid} 2>/dev/null`
  const guard = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.on('error', () => {}).unref()
  child.on('exit', () => guard.kill('SIGKILL'))
}

/** Asks a child process to end and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await exited
}

/**
 * Tells when whoever reads this process's output is gone, also while nothing is written: at a pipe, GNU's `tail` watches
 * for that; a socket, which Node makes for its children, can be read to its end. Elsewhere, the next line that is
 * written tells.
 */
export function onReaderGone(gone: () => void): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', gone)
  const stdout = fstatSync(1)
  if (stdout.isSocket()) watch(spawn('cat', { stdio: [1, 'ignore', 'ignore'] }), (code) => code === 0)
  if (stdout.isFIFO()) {
    const tail = spawn('tail', ['-f', '/dev/null'], { stdio: ['ignore', 1, 'ignore'] })
    watch(tail, (_, signal) => signal === 'SIGPIPE')
  }

  function watch(child: ChildProcess, tells: (code: number | null, signal: string | null) => boolean) {
    child.on('error', () => {}).on('exit', (code, signal) => tells(code, signal) && gone())
    endWithUs(child)
    child.unref()
  }
}
