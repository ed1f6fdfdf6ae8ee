import type { TextDocument } from '../src/core/types.ts'
import type { Query } from './dataset.ts'
import { createPrng } from './prng.ts'
import { shuffle } from './shuffle.ts'
import type { Qrels } from './trec.ts'

const SEED = 41
const HEADING = /^#{2,4} +(.+?)(?: *\{#.*\})? *#*$/
const WORDS_IN_QUERY = { least: 3, most: 12 }

/**
 * Known-item questions for documents without judgements: a section heading asks for the document that it stands in (Azzopardi
 * and de Rijke 2006 make them likewise from documents). Only headings that stand in one document. Deterministic.
 */
export function knownItems(
  documents: readonly TextDocument[],
  most: number,
): { readonly queries: readonly Query[]; readonly qrels: Qrels } {
  const places = new Map<string, Set<string>>()
  for (const { id, content } of documents) {
    for (const heading of headingsOf(content)) places.set(heading, (places.get(heading) ?? new Set()).add(id))
  }
  const unique = [...places].filter(([, docs]) => docs.size === 1)
  const chosen = shuffle(unique, createPrng(SEED)).slice(0, most)
  const queries = chosen.map(([text], order) => ({ id: `k${String(order).padStart(4, '0')}`, text }))
  const qrels = new Map(chosen.map(([, docs], order) => [queries[order]?.id ?? '', new Map([...docs].map((doc) => [doc, 1]))]))
  return { queries, qrels }
}

/** Headings of level 2 to 4 outside of code, as plain words. */
function headingsOf(content: string): readonly string[] {
  const withoutCode = content.replaceAll(/^(```|~~~)[\s\S]*?^\1/gm, '')
  return withoutCode.split('\n').flatMap((line) => {
    const text =
      HEADING.exec(line)?.[1]
        ?.replaceAll(/[`*_]|\[|\]\([^)]*\)/g, '')
        .trim() ?? ''
    const words = text.split(/\s+/).length
    return words >= WORDS_IN_QUERY.least && words <= WORDS_IN_QUERY.most ? [text] : []
  })
}
