import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { createJobQueue } from '../../../src/state/jobs/job-queue.ts'
import { limits, openTestControl, systemClock as clock, temporaryDirectory } from '../database-fixture.ts'
import { ACME, documentItem, ended, itemsOf, JOBS, settling, submission } from './fixture.ts'

/** A disk of half a megabyte, or null where this user may not mount one. */
function smallDisk(): string | null {
  const place = mkdtempSync(join(tmpdir(), 'ration-small-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', place], { stdio: 'ignore' })
    return place
  } catch {
    rmSync(place, { recursive: true })
    return null
  }
}

const disk = smallDisk()

test(
  'a full disk refuses submissions whole, and lets running jobs wait',
  { skip: disk === null && 'mounting a tmpfs is not allowed here' },
  async (t) => {
    assert.ok(disk !== null)
    const control = await openTestControl(await temporaryDirectory(t))
    const fill = join(disk, 'fill')
    let isFirst = true
    const work = settling((id) => {
      // Nothing can be written down at the end of the attempts from here on.
      if (id === 'fills' && isFirst) fillUp(fill)
      isFirst = false
    })
    const warn = () => undefined
    const queue = await createJobQueue({ ...JOBS, attempts: 1 }, { ...control, directory: disk, clock, warn, work })
    t.after(async () => {
      await queue.close()
      await control.database.destroy()
      execFileSync('umount', [disk])
      rmSync(disk, { recursive: true })
    })
    const large = itemsOf(documentItem('a'), documentItem('b', 'x'.repeat(1_000_000)))
    await assert.rejects(queue.submit(submission([], { items: large }), limits()), { code: 'storage_full' })
    assert.deepEqual(readdirSync(join(disk, 'spool')).toSorted(), ['intake.jsonl', 'owner'])

    const job = await queue.submit(submission(['fills', ...Array.from({ length: 200 }, (_, n) => `document-${n}`)]), limits())
    for await (const status of queue.watch(ACME, job.id, AbortSignal.timeout(20_000))) {
      assert.equal(status.finishedAt, null)
      if (status.error?.code !== 'storage_full') continue
      assert.deepEqual([status.state, status.notBefore === null], ['queued', false])
      break
    }
    // More than what the waiting job frees and takes again with each attempt.
    const more = itemsOf(documentItem('c', 'x'.repeat(50_000)))
    await assert.rejects(queue.submit(submission([], { items: more }), limits()), { code: 'storage_full' })
    rmSync(fill)
    const last = await ended(queue, job)
    assert.deepEqual([last.state, last.counts.new, last.counts.unchanged], ['done', 201, 0])
    assert.equal((await ended(queue, await queue.submit(submission(['c']), limits()))).state, 'done')
  },
)

function fillUp(path: string): void {
  try {
    for (;;) writeFileSync(path, Buffer.alloc(4096), { flag: 'a' })
  } catch {
    // As full as it gets.
  }
}
