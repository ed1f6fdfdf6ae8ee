import { calibrationFrom, type IndexCalibration, type ToldRelevance } from '../core/confidence/calibration.ts'
import { AppError, invariant } from '../core/errors.ts'
import type { RequestId } from '../core/ids.ts'
import type { CalibrationRequest, Calibrator } from '../core/ports/calibrator.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { IndexRegistry } from '../core/ports/index-registry.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { ModelProfiles } from '../core/ports/model-profiles.ts'
import type { Retriever } from '../core/ports/retriever.ts'
import type { RetrieveRequest } from '../core/request.ts'
import { everyNth } from './every-nth.ts'
import { questionsOf } from './made-questions.ts'

export interface CalibrationSettings {
  /** Share of an index's own questions that may be given up. */
  readonly ownLost: number
  readonly minQuestions: number
  readonly maxQuestions: number
  readonly foreignQuestions: number
  readonly madeQuestions: number
}

export interface CalibratorPorts {
  readonly clock: Clock
  readonly indexes: IndexRegistry
  readonly profiles: ModelProfiles
  readonly retriever: Retriever
  /** Questions of many fields that few indexes answer. */
  readonly foreign: readonly string[]
}

/** Longest that one question may take. */
const QUESTION_MS = 30_000

export function createCalibrator(settings: CalibrationSettings, ports: CalibratorPorts): Calibrator {
  return {
    async calibrate(request, asked, limits) {
      const { tenant, index, questions, lost } = request
      if (questions.length > settings.maxQuestions) {
        throw new AppError('invalid_request', 'More questions than one calibration asks', { limit: settings.maxQuestions })
      }
      // Of none there are made ones; a threshold drawn from a handful says nothing and would silence the index.
      if (questions.length > 0 && questions.length < settings.minQuestions) {
        throw new AppError('invalid_request', 'Fewer questions than a threshold can be drawn from', { min: settings.minQuestions })
      }
      const status = await ports.indexes.status(tenant, index, limits)
      const { confidence, queries } = await ports.profiles.open(status.declaration.profile)
      const made = questions.length === 0
      const own = made ? await madeFrom(request, limits) : questions
      const foreign = everyNth(ports.foreign, settings.foreignQuestions)

      const total = own.length + foreign.length
      let done = 0
      const ask = async (texts: readonly string[]): Promise<readonly ToldRelevance[]> => {
        const told: ToldRelevance[] = []
        for (const text of texts) {
          told.push(await relevance(text, request, limits))
          asked((done += 1), total)
        }
        return told
      }
      const found = calibrationFrom({ own: await ask(own), foreign: await ask(foreign), made, lost: lost ?? settings.ownLost })
      const calibration: IndexCalibration = {
        ...found,
        model: confidence.name,
        embedder: queries.fingerprint,
        revision: status.revision,
        calibratedAt: new Date(ports.clock.wall()).toISOString(),
      }
      await ports.indexes.calibrate(tenant, index, calibration, limits)
      return calibration
    },
  }

  /** As the query path sees it, whatever the threshold is now. */
  async function relevance(query: string, { tenant, index }: CalibrationRequest, { signal, deadline }: Limits): Promise<ToldRelevance> {
    signal.throwIfAborted()
    const deadlineMs = Math.min(QUESTION_MS, deadline - ports.clock.now())
    if (deadlineMs <= 0) throw new AppError('deadline_exceeded', 'The calibration did not end in time; nothing was changed')
    const caller = { tenant, scopes: ['retrieve'] as const, key: null }
    const call = { id: 'req_calibration' as RequestId, caller, signal, retryKey: null }
    const { explain } = await ports.retriever.retrieve({ ...QUESTION, query, index, deadlineMs }, call)
    invariant(explain !== null, 'the explanation was asked for')
    return explain.relevance
  }

  async function madeFrom({ tenant, index }: CalibrationRequest, limits: Limits): Promise<readonly string[]> {
    const reader = await ports.indexes.pin(tenant, index, limits)
    try {
      const made = await questionsOf(reader, settings.madeQuestions, limits)
      if (made.length > 0) return made
    } finally {
      reader.release()
    }
    const message = 'The index holds no text that a question could be made of: give it documents first'
    throw new AppError('invalid_request', message, { index })
  }
}

/** The least that a question can ask for: relevance does not depend on the budget. */
const QUESTION: Omit<RetrieveRequest, 'query' | 'index' | 'deadlineMs'> = {
  budget: { tokens: 1, auto: false, tokenizer: 'o200k_base', maxItems: null, perDocument: null, perSource: null },
  filter: null,
  require: [],
  intent: null,
  mode: 'quick',
  feature: null,
  session: null,
  render: 'markdown',
  excerpts: null,
  notice: false,
  explain: true,
}
