import { parse } from 'yaml'
import type { Json, Metadata } from '../../src/core/types.ts'

const FRONT_MATTER = /^---[^\S\n]*\n([\s\S]*?)(?<=\n)(?:---|\.\.\.)[^\S\n]*(?:\n|$)/u

/** Aliases may multiply a YAML text by this much, no more. */
const MAX_ALIASES = 100

/**
 * Cuts YAML front matter off a Markdown text. What is not a YAML map stays in the text, so that nothing that somebody wrote gets lost; so does
 * a text that only begins with a rule.
 */
export function cutFrontMatter(text: string): { readonly body: string; readonly metadata: Metadata } {
  const match = FRONT_MATTER.exec(text)
  const metadata = match === null ? null : readMap(match[1] ?? '')
  if (match === null || metadata === null) return { body: text, metadata: {} }
  return { body: text.slice(match[0].length), metadata }
}

function readMap(yaml: string): Metadata | null {
  try {
    // `uniqueKeys` would compare every key with every other: minutes for a front matter of 500 kB.
    const value = toJson(parse(yaml, { maxAliasCount: MAX_ALIASES, logLevel: 'error', uniqueKeys: false }))
    if (value === null) return {}
    return typeof value === 'object' && !Array.isArray(value) ? (value as Metadata) : null
  } catch {
    return null
  }
}

/** As JSON would hold it: a date becomes its ISO form, what JSON does not know becomes null. */
function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json
}
