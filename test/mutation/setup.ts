import { vi } from 'vitest'

// Test files share a process, which saves most of the time, and each has modules of its own.
vi.resetModules()
await import('./memory.ts')
