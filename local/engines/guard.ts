import { type ChildProcess, spawn } from 'node:child_process'
import { fstatSync } from 'node:fs'

/**
 * Ends a child process when this process ends, even if it is killed: a shell waits until its standard input is closed.
 * The shell has its own process group, so that Ctrl-C does not end it first.
 */
export function endWithUs(child: ChildProcess): void {
  const script = `cat >/dev/null; kill ${child.pid} 2>/dev/null`
  const guard = spawn('sh', ['-c', script], { stdio: ['pipe', 'ignore', 'ignore'], detached: true })
  guard.on('error', () => {}).unref()
  child.on('exit', () => guard.kill('SIGKILL'))
}

/**
 * Resolves when a child process is ready, and rejects if it ends before. `ended` rejects when the process ends, also
 * after `stop`. `onEnd` is called if it ends after it was ready and before `stop`.
 */
export async function untilReady<Ready>(
  child: ChildProcess,
  name: string,
  { ready, onEnd }: { ready: Promise<Ready>; onEnd(error: Error): void },
): Promise<{ ready: Ready; ended: Promise<never>; stop(): Promise<void> }> {
  endWithUs(child)
  let state: 'starting' | 'ready' | 'stopping' = 'starting'
  const ended = new Promise<never>((_, reject) => {
    child.on('error', reject)
    child.on('exit', (code, signal) =>
      reject(new Error(`${name} ended by itself, with ${signal ?? `exit code ${code}`}.`)),
    )
  })
  ended.catch((error) => state === 'ready' && onEnd(error))
  const value = await Promise.race([ended, ready])
  state = 'ready'
  const stop = () => {
    state = 'stopping'
    return end(child)
  }
  return { ready: value, ended, stop }
}

/** Ends a child process and waits for its end. */
async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill()
  await exited
}

/**
 * Calls `gone` when the reader of this process's output has ended. GNU's `tail` notices it at a pipe. A socket, which
 * Node makes for its children, can be read to its end. Otherwise the next write notices it.
 */
export function onReaderGone(gone: () => void): void {
  for (const output of [process.stdout, process.stderr]) output.on('error', gone)
  const stdout = fstatSync(1)
  if (stdout.isSocket()) watch(spawn('cat', { stdio: [1, 'ignore', 'ignore'] }), (code) => code === 0)
  if (stdout.isFIFO()) {
    const tail = spawn('tail', ['-f', '/dev/null'], { stdio: ['ignore', 1, 'ignore'] })
    watch(tail, (_, signal) => signal === 'SIGPIPE')
  }

  function watch(child: ChildProcess, isGone: (code: number | null, signal: string | null) => boolean) {
    child.on('error', () => {}).on('exit', (code, signal) => isGone(code, signal) && gone())
    endWithUs(child)
    child.unref()
  }
}
