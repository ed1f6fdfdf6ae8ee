import type { FastifyInstance } from 'fastify'
import { AppError } from '../core/errors.ts'

/**
 * Parses one JSON text out of bytes, strictly: valid UTF-8 (a BOM is skipped), at most `depth` levels, no `__proto__` keys.
 * Throws AppError `invalid_request`.
 */
export function parseJson(bytes: Uint8Array, depth: number): unknown {
  const value = parse(decode(bytes))
  refuseUnsafe(value, depth)
  return value
}

/** Takes the place of Fastify's own parser, which would repair broken UTF-8 in silence and knows no bound on nesting. */
export function acceptJson(app: FastifyInstance, depth: number): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    try {
      done(null, body.length === 0 ? undefined : parseJson(body as Buffer, depth))
    } catch (error) {
      done(error as Error)
    }
  })
}

function decode(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new AppError('invalid_request', 'The JSON is not valid UTF-8')
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    // V8 quotes the text around the error; where it stands is enough and gives nothing back.
    const position = /position \d+/.exec((error as Error).message)?.[0]
    throw new AppError(
      'invalid_request',
      position === undefined ? 'The JSON is incomplete or malformed' : `The JSON is malformed at ${position}`,
    )
  }
}

/** With a list instead of recursion: the nesting is the attack. */
function refuseUnsafe(root: unknown, depth: number): void {
  const open: { readonly value: unknown; readonly level: number }[] = [{ value: root, level: 1 }]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { value, level } = next
    if (typeof value !== 'object' || value === null) continue
    if (level > depth) throw new AppError('invalid_request', `The JSON is nested deeper than ${depth} levels`, { limit: depth })
    if (Object.hasOwn(value, '__proto__')) throw new AppError('invalid_request', 'The JSON has a key named __proto__')
    for (const child of Object.values(value)) open.push({ value: child, level: level + 1 })
  }
}
