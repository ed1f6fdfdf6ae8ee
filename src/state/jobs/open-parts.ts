import { join } from 'node:path'
import { openIntake } from '../intake.ts'
import { Admission } from './admission.ts'
import type { JobRecord } from './job-record.ts'
import { JobRows } from './job-rows.ts'
import { JobsView } from './jobs-view.ts'
import { Journal, type Remembered } from './journal.ts'
import { LetterRows } from './letter-rows.ts'
import { KeptPayloads } from './kept-payloads.ts'
import { Letters } from './letters.ts'
import { Messages } from './messages.ts'
import { createOrderedIds } from './ordered-id.ts'
import { dropPayloads, type JobQueuePorts, type QueueParts } from './parts.ts'
import { ownerOf, recoverJobs, type Recovered } from './recover-jobs.ts'
import type { JobSettings } from './settings.ts'
import { Shares } from './shares.ts'
import { Spool } from './spool.ts'
import { Watchers } from './watchers.ts'

const DAY_MS = 86_400_000

/** Opens what a queue is made of and brings it to where the journal is. What was opened before something fails is closed again. */
export async function openParts(settings: JobSettings, ports: JobQueuePorts): Promise<Recovered & { readonly parts: QueueParts }> {
  const { database, clock, warn, work } = ports
  const directory = join(ports.directory, 'spool')
  const owner = await ownerOf(directory)
  const remembered = (): Remembered => ({ since: clock.wall() - settings.keepDays * DAY_MS, ended: settings.keepJobs })
  const journal = new Journal(await openIntake(directory, warn), settings.journalBytes, remembered)
  let messages: Messages | null = null
  try {
    const newId = createOrderedIds(() => clock.wall())
    const spool = new Spool(directory)
    const letters = new Letters(spool, newId)
    const rows = new JobRows(database, owner)
    const letterRows = new LetterRows(database, owner)
    const recovered = await recoverJobs({ spool, journal, rows, letters, letterRows, warn, wall: () => clock.wall() })
    const kept = new KeptPayloads(settings.tenantBytes)
    for (const record of recovered.kept) await dropPayloads({ spool, warn }, kept.add(record))
    messages = await Messages.open(settings, { ...ports, owner })
    await sendAgain(messages, recovered.unfinished)
    await journal.compact()
    const shares = new Shares(settings.weights)
    const admission = new Admission(settings, () => shares.expectedMs)
    const parts = {
      ...{ settings, clock, warn, work, spool, journal, rows, letters, letterRows, messages, shares, admission, remembered, newId },
      ...{ kept, requeues: new Map() },
      ...{ view: new JobsView(rows, warn), watchers: new Watchers(settings.watchers), failures: new Map() },
    }
    return { ...recovered, parts }
  } catch (error) {
    await messages?.close()
    await journal.close()
    throw error
  }
}

async function sendAgain(messages: Messages, unfinished: readonly JobRecord[]): Promise<void> {
  await messages.clear()
  for (const [tenant, records] of Map.groupBy(unfinished, (record) => record.tenant)) await messages.send(tenant, records)
}
