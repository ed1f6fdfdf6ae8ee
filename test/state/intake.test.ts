import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openIntake, parseIntake } from '../../src/state/intake.ts'
import { formatLine } from '../../src/state/intake-line.ts'
import { noWarning, temporaryDirectory } from './database-fixture.ts'

const mutation = (value: number) => ({ kind: 'key_created', payload: { id: `k${value}`, label: 'a "crc":"00000000"}\n\u2028 ü' } })

test('what was appended is there after reopening, in order and numbered, readable by its owner alone', async (t) => {
  const directory = await temporaryDirectory(t)
  const first = await openIntake(directory, noWarning)
  await Promise.all([1, 2, 3].map((value) => first.append(mutation(value))))
  await first.close()
  const second = await openIntake(directory, noWarning)
  await second.append(mutation(4))
  await second.close()
  const third = await openIntake(directory, noWarning)
  assert.deepEqual(
    third.entries,
    [1, 2, 3, 4].map((value) => ({ sequence: value, ...mutation(value) })),
  )
  assert.equal(third.bytes, statSync(join(directory, 'intake.jsonl')).size)
  assert.equal(statSync(join(directory, 'intake.jsonl')).mode & 0o777, 0o600)
  await third.close()
})

test('a file cut anywhere loses its torn end and nothing else; any other damage is found', () => {
  const lines = [1, 2, 3].map((sequence) => formatLine({ sequence, ...mutation(sequence) }))
  const whole = Buffer.from(lines.join(''))
  const ends = lines.map((_, index) => Buffer.byteLength(lines.slice(0, index + 1).join('')))
  for (let cut = 0; cut <= whole.length; cut++) {
    const { entries, bytes, torn } = parseIntake(whole.subarray(0, cut), 'x')
    const complete = ends.filter((end) => end <= cut)
    assert.deepEqual([entries.length, bytes, torn], [complete.length, complete.at(-1) ?? 0, cut - (complete.at(-1) ?? 0)])
  }
  for (const [position, byte] of whole.entries()) {
    for (const other of [byte ^ 1, byte ^ 0x80, 0, 0x0a]) {
      if (other === byte) continue
      const altered = Buffer.from(whole)
      altered[position] = other
      const looksTorn = position >= (ends[1] ?? 0) && (other !== 0x0a || position === whole.length - 1)
      if (looksTorn) assert.equal(parseIntake(altered, 'x').entries.length, 2)
      else assert.throws(() => parseIntake(altered, 'x'), { code: 'state_damaged' }, `byte ${position} became ${other}`)
    }
  }
})

test('a torn end is cut off with a warning, and what is appended next is whole', async (t) => {
  const directory = await temporaryDirectory(t)
  const path = join(directory, 'intake.jsonl')
  const first = await openIntake(directory, noWarning)
  await first.append(mutation(1))
  await first.close()
  for (const tail of ['{"sequence":2,"kind"', '\u0000'.repeat(4096), `${formatLine({ sequence: 2, ...mutation(2) }).slice(0, -3)}\n`]) {
    appendFileSync(path, tail)
    const warnings: string[] = []
    const torn = await openIntake(directory, (message) => warnings.push(message))
    assert.equal(torn.entries.length, 1)
    assert.equal(warnings.length, 1)
    await torn.close()
  }
  const again = await openIntake(directory, noWarning)
  await again.append(mutation(2))
  await again.close()
  const last = await openIntake(directory, noWarning)
  assert.equal(last.entries.length, 2)
  await last.close()
})

test('a damaged or missing line in the middle stops the start and names the file and the line', async (t) => {
  const directory = await temporaryDirectory(t)
  const path = join(directory, 'intake.jsonl')
  const lines = [1, 2, 3].map((sequence) => formatLine({ sequence, ...mutation(sequence) }))
  for (const content of [
    `${lines[0]}garbage\n${lines[2]}`,
    `${lines[0]}${lines[2]}`,
    `${lines[0]}${lines[0]}`,
    `${lines[0]}\n${lines[1]}`,
  ]) {
    writeFileSync(path, content)
    await assert.rejects(openIntake(directory, noWarning), (error: Error & { code?: string; details?: object }) => {
      assert.equal(error.code, 'state_damaged')
      assert.deepEqual(error.details, { path, line: 2 })
      return true
    })
    assert.equal(readFileSync(path, 'utf8'), content, 'nothing is touched')
  }
})

test('rewriting replaces everything, and appending goes on after it', async (t) => {
  const directory = await temporaryDirectory(t)
  const intake = await openIntake(directory, noWarning)
  for (let value = 0; value < 20; value++) await intake.append(mutation(value))
  writeFileSync(join(directory, 'intake.jsonl.new'), 'left behind by a crash')
  await intake.rewrite([mutation(7)])
  await intake.append(mutation(8))
  await intake.close()
  const reopened = await openIntake(directory, noWarning)
  assert.deepEqual(
    reopened.entries.map(({ sequence, payload }) => [sequence, payload]),
    [
      [1, mutation(7).payload],
      [2, mutation(8).payload],
    ],
  )
  await reopened.close()
})

test('after a write that could not even be taken back nothing is acknowledged any more', async (t) => {
  const intake = await openIntake(await temporaryDirectory(t), noWarning)
  await intake.close()
  await assert.rejects(intake.append(mutation(1)))
  await assert.rejects(intake.append(mutation(1)), { code: 'state_unavailable' })
})
