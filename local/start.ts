import { spawn } from 'node:child_process'
import { existsSync, type FSWatcher, readdirSync, watch } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { endWithUs, onReaderGone } from './engines/guard.ts'
import { functionLogs } from './lambda/function-logs.ts'
import { type Stack, type StackOptions, startStack } from './stack.ts'

const usage = `npm start -- [--env NAME] [--port N] [--data DIR] [--seed demo|none] [--watch] [--verbose] [--stack FILE]
  --env NAME     the environment of cdk.out to run (dev)
  --port N       the API's port, the others follow it; 0: any free ones (8700)
  --data DIR     keep the database in this folder
  --seed         demo: the demo accounts; none: nobody (demo)
  --watch        synthesize again when sources change, and run that
  --verbose      print all that functions print; without it, only errors (all of it is in .local/log/FUNCTION.log)
  --stack FILE   where to write the addresses (.local/stack.json)`

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
    const logFunction = functionLogs(join(dirname(stackFile), 'log'), verbose ? () => {} : say)
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
      log: say,
      logFunction: verbose
        ? (name, line, toStderr) => {
            logFunction(name, line, toStderr)
            say(`[${name}] ${line}`)
          }
        : logFunction,
      onRequest: say,
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

/** What does not end by then is ended: nothing may stay because an engine hangs. */
const stopMilliseconds = 10_000

async function stop(code: number) {
  if (stopping) return
  stopping = true
  setTimeout(() => process.exit(code), stopMilliseconds)
  await stack?.stop()
  process.exit(code)
}

function say(line: string) {
  if (!stopping) console.log(line)
}

/**
 * Builds what has changed since the last time, for the one environment.
 *
 * @throws with what was printed
 */
async function synthesize(env: string) {
  if (!existsSync(join('cdk.out', env, 'manifest.json')))
    say(
      'First start: building the functions and pages, while the database starts. This takes some ten seconds …',
    )
  const node = spawn(process.execPath, ['infra/app.ts', '--if-changed', env], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // CDK checks templates against CloudFormation's rules, in most of the time of a synthesis: `npm run synth` has it do so.
    env: { ...process.env, CDK_VALIDATION: 'false' },
  })
  endWithUs(node)
  const printed = [text(node.stdout), text(node.stderr)]
  const code = await new Promise((resolve) => node.on('close', resolve))
  if (code !== 0) throw new Error((await Promise.all(printed)).join(''))
}

/** Changes that come while one is being taken up are taken up after it, together. */
function watchSources(running: Stack) {
  let changed = false
  let busy = false
  let watchers: FSWatcher[] = []
  const takeUp = async () => {
    changed = true
    if (busy) return
    busy = true
    while (changed) {
      // An editor's save is several changes.
      await new Promise((resolve) => setTimeout(resolve, 200))
      changed = false
      await reload(running)
    }
    busy = false
    watchAll()
  }
  // Folder by folder: Node's recursive watching on Linux loses a file that is replaced instead of written.
  const watchAll = () => {
    for (const watcher of watchers) watcher.close()
    watchers = ['functions', 'shared', 'infra', 'web']
      .flatMap(foldersIn)
      .map((folder) => watch(folder, takeUp))
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
    if (!sameTables) console.log("The table's declaration has changed: restart to have it so.")
  } catch (error) {
    console.log(`${error instanceof Error ? error.message : error} What ran before is still running.`)
  }
}
