import { matchesGlob } from 'node:path'

const MAGIC = /[*?[\]{}]/u

/** `docs/**` + `/*.md`: the folder that is searched, and what below it is taken. Null for a path without wildcards. */
export function splitGlob(path: string): { readonly base: string; readonly pattern: string } | null {
  const parts = path.split('/')
  const first = parts.findIndex((part) => MAGIC.test(part))
  if (first === -1) return null
  const base = parts.slice(0, first).join('/')
  return { base: base === '' && path.startsWith('/') ? '/' : base === '' ? '.' : base, pattern: parts.slice(first).join('/') }
}

/** How many folders deep a pattern reaches; without bound where it holds `**`. */
export function depthOf(pattern: string): number {
  return pattern.includes('**') || pattern.includes('{') ? Infinity : pattern.split('/').length
}

/** `*.md,drafts/{a,b}/**`: patterns with commas between, those inside braces belong to their pattern. */
export function splitPatterns(list: string): readonly string[] {
  return list
    .split(/,(?![^{]*\})/u)
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '')
}

/**
 * Whether a name below a folder (`a/b.md`) is meant. A pattern with a slash is held against the whole name, or a folder on the way to it; one without
 * against each part of it, as `.gitignore` does.
 */
export function isMatched(name: string, patterns: readonly string[]): boolean {
  if (patterns.length === 0) return false
  const parts = name.split('/')
  const heads = parts.map((_, i) => parts.slice(0, i + 1).join('/'))
  return patterns.some((pattern) => {
    const bare = pattern.replace(/\/$/u, '')
    return (bare.includes('/') ? heads : parts).some((each) => matchesGlob(each, bare))
  })
}
