import { AppError, invariant } from '../../src/core/errors.ts'
import type { Api } from '../../src/core/ports/command.ts'
import type { Source } from '../source/source.ts'
import { readAnswer, type ReportLine, type Status } from './answer.ts'
import type { Failure } from './failures.ts'
import { asked, type Ask } from './known.ts'
import { lateSignal } from './late-signal.ts'
import { createSending } from './send.ts'
import type { SourceFailure } from '../source/source.ts'

/** One load: what goes where. */
export interface Loading {
  readonly source: Source
  /** Route of the batch, with what it is asked for. */
  readonly route: string
  readonly ask: Ask
}

export interface LoadEvents {
  /** One document, once: durable, recognised, or failed on either side. `hides` as in `SourceFailure`. */
  document(outcome: Outcome): void
}

export interface Outcome {
  readonly id: string
  readonly status: Status
  readonly chunks: number
  readonly failure: (Failure & Pick<SourceFailure, 'hides'>) | null
  readonly warnings: readonly string[]
}

/** After Ctrl-C the service gets this long to finish what it was given; then the batch is called off. */
const FINISH_MS = 30_000

/**
 * Everything of a source into an index; what the index has already is not sent. Resolves to the service's report of what was sent, or to null where
 * nothing was, so that no model is loaded for it, or where the load was called off before the service had finished.
 */
export async function load(api: Api, { source, route, ask }: Loading, events: LoadEvents, signal: AbortSignal): Promise<ReportLine | null> {
  const fail = (failure: SourceFailure): void => events.document({ id: failure.id, status: 'failed', chunks: 0, failure, warnings: [] })
  const sending = createSending(
    asked(source.items(), ask),
    { failed: fail, unchanged: (id) => events.document({ id, status: 'unchanged', chunks: 0, failure: null, warnings: [] }) },
    signal,
  )
  const lines = await unlessEmpty(sending.lines)
  if (lines === null) return null
  const stop = lateSignal(signal, FINISH_MS)
  try {
    for await (const line of api.stream(route, lines, stop.signal)) {
      const answer = readAnswer(line)
      if (answer.type === 'report') return answer
      const { status, chunks, error, warnings } = answer
      const id = error === null ? answer.id : sending.idOf(answer.id)
      events.document({ id, status, chunks, failure: error === null ? null : { id, ...error, hides: 'below' }, warnings })
    }
  } catch (error) {
    if (!signal.aborted || !(error instanceof AppError) || error.code !== 'cancelled') throw error
    return null
  } finally {
    stop.clear()
  }
  invariant(false, 'the service ends with a report or a problem')
}

/** The same lines, or null where there are none. */
async function unlessEmpty(lines: AsyncGenerator): Promise<AsyncIterable<unknown> | null> {
  const first = await lines.next()
  if (first.done === true) return null
  async function* all(): AsyncGenerator {
    yield first.value
    yield* lines
  }
  return all()
}
