import { z } from 'zod'
import type { Metadata } from '../../core/types.ts'

export interface MetadataLimits {
  readonly metadataKeys: number
  readonly metadataDepth: number
  readonly metadataBytes: number
}

const KEY_CHARACTERS = 128

/** Free-form JSON about a document, bounded in keys, nesting and bytes. */
export const metadata = (limits: MetadataLimits) =>
  z
    .record(z.string(), z.unknown())
    .superRefine((value, context) => {
      const problem = problemOf(value, limits)
      if (problem !== null) context.addIssue({ code: 'custom', message: problem })
    })
    .meta({
      description: `At most ${limits.metadataKeys} keys and ${limits.metadataBytes} bytes; declared fields can be filtered by`,
    }) as unknown as z.ZodType<Metadata>

function problemOf(value: Readonly<Record<string, unknown>>, limits: MetadataLimits): string | null {
  let keys = 0
  return walk(value, 1) ?? size(value, limits)

  function walk(node: unknown, depth: number): string | null {
    if (typeof node === 'number' && !Number.isFinite(node)) return 'numbers must be finite'
    if (typeof node === 'string' && !isStorable(node)) return 'must be valid Unicode without NUL'
    if (typeof node !== 'object' || node === null) return null
    if (depth > limits.metadataDepth) return `is nested deeper than ${limits.metadataDepth} levels`
    const entries = Object.entries(node)
    if (!Array.isArray(node)) {
      keys += entries.length
      if (keys > limits.metadataKeys) return `has more than ${limits.metadataKeys} keys`
      const wrong = entries.find(([key]) => key.length === 0 || key.length > KEY_CHARACTERS || !isStorable(key))
      if (wrong !== undefined) return `keys must have 1 to ${KEY_CHARACTERS} characters, valid Unicode without NUL`
    }
    for (const [, child] of entries) {
      const problem = walk(child, depth + 1)
      if (problem !== null) return problem
    }
    return null
  }
}

function size(value: unknown, limits: MetadataLimits): string | null {
  const bytes = Buffer.byteLength(JSON.stringify(value))
  return bytes > limits.metadataBytes ? `has ${bytes} bytes as JSON, more than ${limits.metadataBytes}` : null
}

function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}
