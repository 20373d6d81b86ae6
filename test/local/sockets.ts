import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A TCP socket that listens: whose it is, its address as `/proc/net/tcp` has it, and its port. */
export type Listening = { pid: number; address: string; port: number }

/** 127.0.0.1, ::1, and 127.0.0.1 as an IPv6 socket has it. */
export const loopback = /^(0100007F|0{24}01000000|0{16}FFFF00000100007F)$/

/** What a process and all that it has started listen on. Linux only. */
export function listeningIn(pid: number): Listening[] {
  const owners = new Map(treeOf(pid).flatMap((one) => socketsOf(one).map((inode) => [inode, one])))
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((table) =>
    readFileSync(table, 'utf8')
      .split('\n')
      .slice(1)
      .flatMap((row) => {
        const [, local = '', , state, , , , , , inode = ''] = row.trim().split(/\s+/)
        const owner = owners.get(inode)
        const [address = '', port = ''] = local.split(':')
        return state === '0A' && owner ? [{ pid: owner, address, port: Number.parseInt(port, 16) }] : []
      }),
  )
}

/** The process that listens on the port of this address, among those that `pid` has started. */
export function ownerOf(url: string, pid: number): number {
  const port = Number(new URL(url).port)
  const found = listeningIn(pid).find((one) => one.port === port)
  if (!found) throw new Error(`Nothing listens on ${url}.`)
  return found.pid
}

function treeOf(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((one) => parentOf(one) === pid)
  return [pid, ...children.flatMap(treeOf)]
}

function parentOf(pid: number): number | undefined {
  try {
    // After the name, which may hold anything and ends in the last bracket.
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return undefined
  }
}

function socketsOf(pid: number): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => inodeOf(`/proc/${pid}/fd/${fd}`))
  } catch {
    return []
  }
}

function inodeOf(link: string): string[] {
  try {
    const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(link)) ?? []
    return inode ? [inode] : []
  } catch {
    return []
  }
}
