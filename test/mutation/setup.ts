import fc from 'fast-check'
import { vi } from 'vitest'
import { functionsEnvironment } from '../kit/environment.ts'

// Test files share a process, which saves most of the time, and each has modules of its own.
vi.resetModules()
Object.assign(process.env, functionsEnvironment)
await import('./memory.ts')

// A failure is enough. To shrink it would take minutes.
fc.configureGlobal({ endOnFailure: true })
