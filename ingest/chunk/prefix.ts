import type { Section } from './section.ts'
import { labelsOf } from './section.ts'

/** What stands in front of the text of a chunk when it is embedded, and what that costs. */
export interface Prefix {
  readonly title: string
  readonly path: readonly string[]
  readonly tokens: number
}

/** Share of a chunk that title and headings may take; the rest is text. */
const PREFIX_SHARE = 0.5
/** Share that the title alone may take. */
export const TITLE_SHARE = 0.3

/**
 * The prefixes of one document. `tokens` gives what a title or a label costs alone; costs add up, since every part ends in a full stop.
 * A path that is too long loses its outermost headings first: the innermost say most about the text.
 */
export function createPrefixes(title: string, tokens: (label: string) => number, maxTokens: number) {
  const known = new Map<Section, Prefix>()
  const room = maxTokens * PREFIX_SHARE

  function fit(path: readonly string[]): Prefix {
    let kept = path
    let cost = title === '' ? 0 : tokens(title)
    for (const label of path) cost += tokens(label)
    while (kept.length > 0 && cost > room) {
      cost -= tokens(kept[0] ?? '')
      kept = kept.slice(1)
    }
    return { title, path: kept, tokens: cost }
  }

  function of(section: Section): Prefix {
    const found = known.get(section)
    if (found !== undefined) return found
    const prefix = fit(labelsOf(section))
    known.set(section, prefix)
    return prefix
  }

  return {
    /** Of a chunk whose innermost common section is `section`, beginning in a table with this header. */
    of(section: Section, tableHeader: string | null): Prefix {
      const prefix = of(section)
      if (tableHeader === null || prefix.tokens + tokens(tableHeader) > room) return prefix
      return { title, path: [...prefix.path, tableHeader], tokens: prefix.tokens + tokens(tableHeader) }
    },
    /** The most that can stand in front of a text of this section, in whatever chunk it ends up. */
    longest(section: Section, tableHeader: string | null): number {
      let longest = 0
      for (let each: Section | null = section; each !== null; each = each.parent)
        longest = Math.max(longest, this.of(each, tableHeader).tokens)
      return longest
    },
  }
}

export type Prefixes = ReturnType<typeof createPrefixes>
