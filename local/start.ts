import { spawn } from 'node:child_process'
import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { endWithUs, onReaderGone } from './engines/guard.ts'
import { functionLogs } from './lambda/function-logs.ts'
import { type Stack, type StackOptions, startStack } from './stack.ts'

const usage = `npm start -- [--env NAME] [--port N] [--data DIR] [--seed demo|none] [--watch] [--verbose] [--stack FILE]
  --env NAME     the environment to run (dev)
  --port N       the port of the API; the others follow it; 0: any free ports (8700)
  --data DIR     keeps the database in this folder
  --seed         demo: with the demo accounts; none: without accounts (demo)
  --watch        runs changed sources
  --verbose      prints all lines of functions, not only errors (they are also in .local/log/FUNCTION.log)
  --stack FILE   the file to write the addresses to (.local/stack.json)`

const options = readOptions()
let stack: Stack | undefined
let stopping = false

onReaderGone(() => stop(1))
process.on('SIGINT', () => stop(0))
process.on('SIGTERM', () => stop(0))
process.on('uncaughtException', fail)

try {
  stack = await startStack(options)
  print(stack)
  if (options.watch) watchSources(stack)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
}

function readOptions(): StackOptions & { watch: boolean; env: string } {
  try {
    const { values } = parseArgs({
      options: {
        env: { type: 'string', default: 'dev' },
        port: { type: 'string', default: '8700' },
        data: { type: 'string' },
        seed: { type: 'string', default: 'demo' },
        watch: { type: 'boolean', default: false },
        verbose: { type: 'boolean', default: false },
        stack: { type: 'string', default: '.local/stack.json' },
      },
    })
    const { env, port, data, seed, watch, verbose, stack: stackFile } = values
    if (seed !== 'demo' && seed !== 'none') throw new Error(`--seed is demo or none, not ${seed}.`)
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_000) throw new Error(`--port is a number, not ${port}.`)
    return {
      env,
      assembly: join('cdk.out', env),
      synthesize: () => synthesize(env),
      port: Number(port),
      data,
      seed,
      watch,
      stackFile,
      demo: 'demo/main.ts',
      log,
      logFunction: functionLogs(join(dirname(stackFile), 'log'), { print: log, verbose }),
      onRequest: log,
      onCrash: fail,
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`)
    return process.exit(2)
  }
}

function print({ web, api, directory, mail, token, aws, dynamodb, notes }: Stack) {
  console.log(`Open ${web}\n`)
  const rows = Object.entries({
    api,
    directory: directory.url,
    mail,
    token,
    aws: aws.endpoint,
    dynamodb,
  })
  console.log(rows.map(([name, url]) => `${name.padEnd(9)} ${url}`).join('\n'))
  console.log(`\n${notes.join('\n')}\n\nCtrl-C stops all of it.`)
}

function fail(error: Error) {
  if (!stopping) console.error(error)
  void stop(1)
}

/** An engine that hangs is ended after so long. */
const stopMilliseconds = 10_000

async function stop(code: number) {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(code), stopMilliseconds)
  await stack?.stop()
  process.exit(code)
}

function log(line: string) {
  if (!stopping) console.log(line)
}

/** Synthesizes one environment if its sources have changed. Throws with the output of the synthesis. */
async function synthesize(env: string) {
  if (!existsSync(join('cdk.out', env, 'manifest.json')))
    log(
      'First start: building the functions and pages, while the database starts. This takes about ten seconds …',
    )
  const node = spawn(process.execPath, ['infra/app.ts', '--if-changed', env], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // CDK's checks of the templates take most of the time of a synthesis. `npm run synth` runs them.
    env: { ...process.env, CDK_VALIDATION: 'false' },
  })
  endWithUs(node)
  const printed = [text(node.stdout), text(node.stderr)]
  const code = await new Promise((resolve) => node.on('close', resolve))
  if (code !== 0) throw new Error((await Promise.all(printed)).join(''))
}

/** Reloads after changes of the sources. Changes during a reload are handled together after it. */
function watchSources(running: Stack) {
  let changed = false
  let busy = false
  let watchers: FSWatcher[] = []
  const onChange = async () => {
    changed = true
    if (busy) return
    busy = true
    while (changed) {
      // When an editor saves a file, several changes are reported.
      await new Promise((resolve) => setTimeout(resolve, 200))
      changed = false
      await reload(running)
    }
    busy = false
    watchAll()
  }
  // Each folder is watched by itself, because recursive watching on Linux loses files that are replaced.
  const watchAll = () => {
    for (const watcher of watchers) watcher.close()
    watchers = ['functions', 'shared', 'infra', 'web']
      .flatMap(foldersIn)
      .map((folder) => watch(folder, onChange))
  }
  watchAll()
}

function foldersIn(folder: string): string[] {
  const below = readdirSync(folder, { recursive: true, withFileTypes: true })
  return [
    folder,
    ...below.filter((one) => one.isDirectory()).map(({ parentPath, name }) => join(parentPath, name)),
  ]
}

async function reload(running: Stack) {
  console.log('Sources changed: synthesizing …')
  try {
    await synthesize(options.env)
    const { sameTables } = await running.reload()
    console.log('The changed functions, routes and mappings are running.')
    if (!sameTables) console.log('The declaration of the table has changed. Restart to use it.')
  } catch (error) {
    console.log(`${error instanceof Error ? error.message : error} The previous version is still running.`)
  }
}
