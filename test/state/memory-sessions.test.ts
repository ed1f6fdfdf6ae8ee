import { createMemorySessions } from '../../src/state/memory-sessions.ts'
import { sessionStoreContract } from '../contract/session-store.ts'
import { limits, systemClock } from './database-fixture.ts'

sessionStoreContract('memory', {
  open: (_, settings, wall) =>
    Promise.resolve(createMemorySessions(settings, { clock: { now: () => systemClock.now(), wall: () => wall.at } })),
  limits,
})
