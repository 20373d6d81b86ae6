import { it } from 'vitest'
import { checkAgainstModel } from '../model/relationship.ts'
import { InMemory } from './in-memory.ts'

it('the domain decides as the model does, whatever two or three accounts do', async () => {
  await checkAgainstModel((world) => new InMemory(world), { runs: 400, seed: 2026, maxCommands: 40 })
}, 60_000)
