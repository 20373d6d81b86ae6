import { it, vi } from 'vitest'
import { checkAgainstModel } from '../model/relationship.ts'
import type { World } from '../model/system.ts'

vi.hoisted(() => {
  process.env.DAILY_INVITATIONS = '10000'
  process.env.DAILY_INVITATIONS_PER_ADDRESS = '1000'
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
})

const { MemoryTable } = await import('../kit/memory-table.ts')
const { InProcess } = await import('./in-process.ts')

// Histories in memory are cheap, so most of them run there, and some on DynamoDB Local.
it('the functions do as the model does, whatever two or three accounts do', async () => {
  const memory = new MemoryTable()
  memory.use()
  const system = (world: World) => {
    memory.clear()
    return InProcess.of(world)
  }
  await checkAgainstModel(system, { runs: 60, seed: 1123, maxCommands: 33 })
  memory.leave()
}, 600_000)

it('the same on DynamoDB Local', async () => {
  await checkAgainstModel((world) => InProcess.of(world), { runs: 3, seed: 1123, maxCommands: 33 })
}, 600_000)
