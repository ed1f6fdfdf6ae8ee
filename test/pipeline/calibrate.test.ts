import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { IndexCalibration } from '../../src/core/confidence/calibration.ts'
import type { IndexName, TenantId } from '../../src/core/ids.ts'
import type { IndexReader } from '../../src/core/ports/index-reader.ts'
import type { IndexRegistry } from '../../src/core/ports/index-registry.ts'
import type { ModelProfiles } from '../../src/core/ports/model-profiles.ts'
import type { Retriever } from '../../src/core/ports/retriever.ts'
import { createCalibrator } from '../../src/pipeline/calibrate.ts'
import { ManualClock } from './fixture.ts'

const SETTINGS = { ownLost: 0.25, minQuestions: 2, maxQuestions: 4, foreignQuestions: 2, madeQuestions: 2 }
const FOREIGN = ['f 0.1', 'never asked', 'f 0.3', 'never asked']
const limits = { signal: new AbortController().signal, deadline: 1000 }

/** Questions say their relevance themselves; `lexical` in one says that its vector leg failed. */
function calibratorOver(texts: readonly string[] = []) {
  const clock = new ManualClock()
  const asked: string[] = []
  const kept: IndexCalibration[] = []
  const retriever: Retriever = {
    retrieve({ query, deadlineMs }) {
      asked.push(query)
      clock.advance(query.includes('slow') ? deadlineMs : 0)
      const scorer = query.includes('lexical') ? 'lexical' : 'hybrid'
      const probability = Number(/[\d.]+/.exec(query)?.[0] ?? 0.9)
      return Promise.resolve({ explain: { relevance: { probability, scorer } } } as Awaited<ReturnType<Retriever['retrieve']>>)
    },
  }
  const ids = texts.map((_, at) => `d${at}`)
  const reader = {
    documents: ({ after }: { after: string | null }) =>
      Promise.resolve(ids.slice(after === null ? 0 : ids.indexOf(after) + 1).map((id) => ({ id }))),
    document: (id: string) => Promise.resolve({ text: texts[ids.indexOf(id)] }),
    release: () => undefined,
  } as unknown as IndexReader
  const indexes = {
    status: () => Promise.resolve({ declaration: { profile: 'fast' }, revision: 7 }),
    pin: () => Promise.resolve(reader),
    calibrate: (_tenant: TenantId, _index: IndexName, calibration: IndexCalibration) => Promise.resolve(void kept.push(calibration)),
  } as unknown as IndexRegistry
  const profiles = {
    open: () => Promise.resolve({ confidence: { name: 'confidence-v0/fast' }, queries: { fingerprint: 'e@1' } }),
  } as unknown as ModelProfiles
  const calibrator = createCalibrator(SETTINGS, { clock, indexes, profiles, retriever, foreign: FOREIGN })
  const progress: string[] = []
  const calibrate = (questions: readonly string[], lost: number | null = null) =>
    calibrator.calibrate(
      { tenant: 't' as TenantId, index: 'i' as IndexName, questions, lost },
      (done, total) => void progress.push(`${done}/${total}`),
      limits,
    )
  return { asked, kept, progress, calibrate }
}

describe('calibrating', () => {
  it('gives up the share of own questions that it may, and keeps what it found', async () => {
    const { asked, kept, progress, calibrate } = calibratorOver()
    const calibration = await calibrate(['0.2', '0.4', '0.6', '0.8'])
    assert.deepEqual(calibration, {
      threshold: 0.25,
      model: 'confidence-v0/fast',
      embedder: 'e@1',
      scorer: 'hybrid',
      own: { questions: 4, made: false, abstain: 0.25 },
      foreign: { questions: 2, abstain: 0.5 },
      revision: 7,
      calibratedAt: new Date(0).toISOString(),
    })
    assert.deepEqual(kept, [calibration])
    assert.deepEqual(asked.slice(4), ['f 0.1', 'f 0.3'], 'evenly over the bundled ones')
    assert.deepEqual([progress[0], progress.at(-1)], ['1/6', '6/6'])
    assert.equal((await calibrate(['0.2', '0.4', '0.6', '0.8'], 0)).threshold, 0.2)
  })

  it('leaves out what had to do without its vector leg', async () => {
    const { calibrate } = calibratorOver()
    assert.equal((await calibrate(['lexical 0.01', '0.5'], 0)).threshold, 0.5)
  })

  it('makes questions where none are given, and trusts them no further than foreign ones', async () => {
    const text = 'The lighthouse keeper paints a winter storm.'
    const { asked, calibrate } = calibratorOver([text, text, text, text, ''])
    const { own, threshold, foreign } = await calibrate([])
    assert.deepEqual(asked.slice(0, 2), ['keeper winter', 'keeper winter'])
    assert.deepEqual([own.questions, own.made, threshold, foreign.abstain], [2, true, 0.3, 0.5])
    await assert.rejects(calibratorOver([]).calibrate([]), { code: 'invalid_request' })
  })

  it('asks no more questions than it may, and keeps nothing of what did not end', async () => {
    const { asked, kept, calibrate } = calibratorOver()
    await assert.rejects(calibrate(['1', '2', '3', '4', '5']), { code: 'invalid_request' })
    await assert.rejects(calibrate(['0.5']), { code: 'invalid_request', details: { min: 2 } })
    assert.deepEqual(asked, [])
    await assert.rejects(calibrate(['slow', '0.5']), { code: 'deadline_exceeded' })
    assert.deepEqual(kept, [])
  })
})
