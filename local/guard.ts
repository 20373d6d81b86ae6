import { type ChildProcess, spawn } from 'node:child_process'

/**
 * Ends a child process with this one, however this one ends: a shell waits for the other end of its input to be
 * gone. The shell is in a group of its own, so that Ctrl-C does not end it first.
 */
export function endWithUs(child: ChildProcess): void {
  const script = `cat >/dev/null; kill ${child.pid} 2>/dev/null`
  const guard = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.unref()
  child.on('exit', () => guard.kill('SIGKILL'))
}

/** Asks a child process to end and waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await exited
}
