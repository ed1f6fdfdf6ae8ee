import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { test, type TestContext } from 'node:test'
import { readCalibration, writeCalibration } from '../../indexes/calibration.ts'
import { temporaryDirectory } from '../contract/index-corpus.ts'
import { CALIBRATION } from '../contract/index-registry.ts'

const calibrationFile = async (t: TestContext): Promise<string> => path.join(await temporaryDirectory(t), 'calibration.json')

test('a calibration is read as it was written, and none where there is no file', async (t) => {
  const file = await calibrationFile(t)
  assert.equal(await readCalibration(file), null)
  await writeCalibration(file, CALIBRATION)
  assert.deepEqual(await readCalibration(file), CALIBRATION)
})

test('a file that is no calibration is refused, not guessed from', async (t) => {
  const file = await calibrationFile(t)
  const { own, foreign } = CALIBRATION
  const damaged = [
    '',
    '[]',
    ...[
      { threshold: 2 },
      { threshold: null },
      { scorer: 'other' },
      { embedder: 1 },
      { revision: '7' },
      { own: null },
      { foreign: own.abstain },
    ].map((part) => JSON.stringify({ ...CALIBRATION, ...part })),
    JSON.stringify({ ...CALIBRATION, own: { ...own, made: undefined } }),
    JSON.stringify({ ...CALIBRATION, foreign: { ...foreign, abstain: 1.5 } }),
  ]
  for (const text of damaged) {
    await writeFile(file, text)
    await assert.rejects(readCalibration(file), { code: 'index_damaged', message: /calibration\.json/ }, text)
  }
})
