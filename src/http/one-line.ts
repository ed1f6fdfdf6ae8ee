import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '../core/errors.ts'
import { parseJson } from './json.ts'
import { isBlank } from './ndjson.ts'
import { invalidRequest } from './problem.ts'
import type { HttpSettings } from './settings.ts'
import { linesOf } from './stream-route.ts'

/** For routes that answer with a stream and are asked with one line: that line checked, or `{}` where the body is empty. */
export async function readOneLine<Schema extends z.ZodType>(
  http: FastifyRequest,
  schema: Schema,
  settings: HttpSettings,
): Promise<z.output<Schema>> {
  const [first] = await readAllLines(http, schema, 1, settings)
  return first ?? schema.parse({})
}

/** Every line of the body, checked; `invalid_request` with its number for one that is wrong, and for more than `most`. */
export async function readAllLines<Schema extends z.ZodType>(
  http: FastifyRequest,
  schema: Schema,
  most: number,
  settings: HttpSettings,
): Promise<z.output<Schema>[]> {
  const lines: z.output<Schema>[] = []
  for await (const { number, bytes } of linesOf(http, settings)) {
    if (bytes === null) throw new AppError('invalid_request', `Line ${number} has more than ${settings.batchLineBytes} bytes`)
    if (isBlank(bytes)) continue
    const parsed = schema.safeParse(parseJson(bytes, settings.jsonDepth))
    if (!parsed.success) {
      throw invalidRequest(parsed.error.issues.map(({ path, message }) => ({ path: `line ${number} ${path.join('.')}`.trim(), message })))
    }
    if (lines.length === most) throw new AppError('invalid_request', `The body has more than ${most} lines`, { limit: most })
    lines.push(parsed.data)
  }
  return lines
}
