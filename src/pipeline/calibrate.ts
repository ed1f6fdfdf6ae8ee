import { shareBelow, thresholdOf, type IndexCalibration } from '../core/confidence/calibration.ts'
import { madeQuestions } from '../core/confidence/made-question.ts'
import { AppError } from '../core/errors.ts'
import type { EvidenceScorer } from '../core/evidence/model.ts'
import type { DocumentId, RequestId } from '../core/ids.ts'
import type { CalibrationRequest, Calibrator } from '../core/ports/calibrator.ts'
import type { Clock } from '../core/ports/clock.ts'
import type { IndexReader } from '../core/ports/index-reader.ts'
import type { IndexRegistry } from '../core/ports/index-registry.ts'
import type { Limits } from '../core/ports/limits.ts'
import type { ModelProfiles } from '../core/ports/model-profiles.ts'
import type { Retriever } from '../core/ports/retriever.ts'
import type { RetrieveRequest } from '../core/request.ts'

export interface CalibrationSettings {
  /** Share of an index's own questions that may be given up. */
  readonly ownLost: number
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
/** Documents that questions are drawn from; of a larger index the first by id. */
const DOCUMENTS_SEEN = 20_000
const DOCUMENTS_PAGE = 500
/** Foreign questions that abstain where a threshold follows from questions that were made: those are too easy to trust alone. */
const FOREIGN_OUT = 0.95

interface Told {
  readonly probability: number
  readonly scorer: EvidenceScorer
}

export function createCalibrator(settings: CalibrationSettings, ports: CalibratorPorts): Calibrator {
  return {
    async calibrate(request, asked, limits) {
      const { tenant, index, questions, lost } = request
      if (questions.length > settings.maxQuestions) {
        throw new AppError('invalid_request', 'More questions than one calibration asks', { limit: settings.maxQuestions })
      }
      const status = await ports.indexes.status(tenant, index, limits)
      const { confidence, queries } = await ports.profiles.open(status.declaration.profile)
      const made = questions.length === 0
      const own = made ? await questionsOf(request, limits) : questions
      if (own.length === 0)
        throw new AppError('invalid_request', 'The index holds no text that a question could be made of: give it documents first', {
          index,
        })
      const foreign = everyNth(ports.foreign, settings.foreignQuestions)

      const total = own.length + foreign.length
      let done = 0
      const ask = async (texts: readonly string[]) => {
        const told: Told[] = []
        for (const text of texts) {
          told.push(await relevance(text, request, limits))
          asked((done += 1), total)
        }
        return told
      }
      const ownTold = await ask(own)
      const foreignTold = await ask(foreign)
      const scorer = ownTold.some((told) => told.scorer === 'hybrid') ? 'hybrid' : 'lexical'
      // What had to do without its vector leg is measured on another scale; what found nothing is not.
      const comparable = (told: readonly Told[]) =>
        told.filter((one) => one.scorer === scorer || one.probability === 0).map(({ probability }) => probability)
      const ownRelevance = comparable(ownTold)
      const foreignRelevance = comparable(foreignTold)
      const highest = thresholdOf(ownRelevance, lost ?? settings.ownLost)
      const threshold = made ? Math.min(highest, thresholdOf(foreignRelevance, FOREIGN_OUT)) : highest
      const calibration: IndexCalibration = {
        threshold,
        model: confidence.name,
        embedder: queries.fingerprint,
        scorer,
        own: { questions: own.length, made, abstain: shareBelow(threshold, ownRelevance) },
        foreign: { questions: foreign.length, abstain: shareBelow(threshold, foreignRelevance) },
        revision: status.revision,
        calibratedAt: new Date(ports.clock.wall()).toISOString(),
      }
      await ports.indexes.calibrate(tenant, index, calibration, limits)
      return calibration
    },
  }

  /** As the query path sees it, whatever the threshold is now. */
  async function relevance(query: string, { tenant, index }: CalibrationRequest, { signal, deadline }: Limits): Promise<Told> {
    signal.throwIfAborted()
    const deadlineMs = Math.min(QUESTION_MS, deadline - ports.clock.now())
    if (deadlineMs <= 0) throw new AppError('deadline_exceeded', 'The calibration did not end in time; nothing was changed')
    const caller = { tenant, scopes: ['retrieve'] as const, key: null }
    const call = { id: 'req_calibration' as RequestId, caller, signal, retryKey: null }
    const { explain } = await ports.retriever.retrieve({ ...QUESTION, query, index, deadlineMs }, call)
    return explain === null ? { probability: 0, scorer: 'lexical' } : explain.relevance
  }

  /** As many of each document as of the others, evenly over the index. */
  async function questionsOf({ tenant, index }: CalibrationRequest, limits: Limits): Promise<readonly string[]> {
    const reader = await ports.indexes.pin(tenant, index, limits)
    try {
      const ids = everyNth(await documentsOf(reader, limits), settings.madeQuestions)
      const each = Math.ceil(settings.madeQuestions / Math.max(1, ids.length))
      const made: string[] = []
      for (const id of ids) {
        const document = await reader.document(id, limits)
        made.push(...madeQuestions(document?.text ?? '', each))
      }
      return everyNth(made, settings.madeQuestions)
    } finally {
      reader.release()
    }
  }
}

async function documentsOf(reader: IndexReader, limits: Limits): Promise<readonly DocumentId[]> {
  const ids: DocumentId[] = []
  for (let after: DocumentId | null = null; ; after = ids.at(-1) ?? null) {
    const page = await reader.documents({ after, limit: DOCUMENTS_PAGE }, limits)
    ids.push(...page.map(({ id }) => id))
    if (page.length === 0 || ids.length >= DOCUMENTS_SEEN) return ids
  }
}

const everyNth = <Item>(items: readonly Item[], most: number): readonly Item[] => {
  const step = Math.max(1, items.length / most)
  return Array.from({ length: Math.min(most, items.length) }, (_, at) => items[Math.floor(at * step)]).filter((item) => item !== undefined)
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
