import fc from 'fast-check'
import { vi } from 'vitest'

// Test files share a process, which saves most of the time, and each has modules of its own.
vi.resetModules()
await import('./memory.ts')

// A failure is enough. To shrink it would take minutes.
fc.configureGlobal({ endOnFailure: true })
