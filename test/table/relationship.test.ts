import { it, vi } from 'vitest'
import { checkAgainstModel } from '../model/relationship.ts'

vi.hoisted(() => {
  process.env.DAILY_INVITATIONS = '10000'
  process.env.DAILY_INVITATIONS_PER_ADDRESS = '1000'
  process.env.POWERTOOLS_LOG_LEVEL = 'SILENT'
})

const { InProcess } = await import('./in-process.ts')

it('the functions on a real table do as the model does, whatever two or three accounts do', async () => {
  await checkAgainstModel((world) => InProcess.of(world), { runs: 12, seed: 1123, maxCommands: 33 })
}, 600_000)
