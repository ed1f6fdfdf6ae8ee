import type { FastifyRequest, FastifySchemaCompiler } from 'fastify'
import { validatorCompiler } from 'fastify-type-provider-zod'
import { AppError } from '../core/errors.ts'
import { withIdleLimit } from './idle.ts'
import type { LineWriter } from './line-writer.ts'
import { readLines, type Line } from './ndjson.ts'
import type { HttpPorts } from './ports.ts'
import { asAppError, toProblem } from './problem.ts'
import type { HttpSettings } from './settings.ts'

/** For routes whose body is a stream: its lines are checked one by one as they come, everything else as usual. */
export const checkedByLine: FastifySchemaCompiler<unknown> = (part) =>
  part.httpPart === 'body' ? (value: unknown) => ({ value }) : validatorCompiler(part as never)

/** The lines of the body, in order. */
export function linesOf(http: FastifyRequest, { batchIdleMs, batchLineBytes }: HttpSettings): AsyncGenerator<Line, void, undefined> {
  // The response outlives the request: leaving the loop early must not destroy their common socket.
  const chunks: AsyncIterable<Uint8Array> = http.raw.iterator({ destroyOnReturn: false })
  return readLines(withIdleLimit(chunks, batchIdleMs), batchLineBytes)
}

/** Ends `output` when `work` has. Never rejects: the status was sent with the first line, so an error is the last one. */
export async function endWithProblem(
  http: FastifyRequest,
  output: LineWriter,
  { log }: Pick<HttpPorts, 'log'>,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work()
  } catch (error) {
    const coded = http.gone.aborted ? new AppError('cancelled', 'The client went away') : asAppError(error)
    if (coded.code === 'internal') log.error({ request: http.id, err: error }, 'bug')
    http.facts = { ...http.facts, outcome: coded.code, code: coded.code }
    output.write({ ...toProblem(coded, http.id), type: 'problem' })
  } finally {
    http.release?.()
    output.end()
  }
}
