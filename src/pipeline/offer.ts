import type { DropReason } from '../core/answer.ts'
import type { ChunkId, DocumentId } from '../core/ids.ts'
import { clusterTexts } from '../core/packing/clusters.ts'
import type { Passage, Unit } from '../core/packing/passage.ts'
import { passageText, type PassageText } from '../core/packing/passage-text.ts'
import { documentTokens } from '../core/packing/price.ts'
import type { PackRules } from '../core/packing/rules.ts'
import { variantsOf } from '../core/packing/variants.ts'
import type { TokenCounter } from '../core/ports/token-counter.ts'
import { facetDegree, facetWords, type Facet } from '../core/query/facets.ts'
import type { Template } from '../core/render/template.ts'
import type { RuleEffects } from '../core/rules/apply-rules.ts'
import { sentRanges, type SentTexts } from '../core/session/sent.ts'
import { sliceOf, unsentRuns } from '../core/session/unsent.ts'
import { sourceOf } from '../core/source.ts'
import type { Chunk } from '../core/types.ts'
import type { RequestContext } from './context.ts'
import type { SentenceValues } from './sentences.ts'
import { headingOf } from './heading.ts'
import type { Candidate } from './load.ts'
import { ALONE, type Neighbours } from './neighbours.ts'
import type { PipelineSettings } from './settings.ts'

/** A candidate as the packer sees it. */
export interface Offer {
  readonly candidate: Candidate
  readonly passage: Passage
  readonly text: PassageText
  /** Every chunk that the passage shows some of, and where its units begin in the stored chunk: part of it may have been sent before. */
  readonly chunks: ReadonlyMap<ChunkId, { readonly chunk: Chunk; readonly firstUnit: number }>
  /** What is in front of it in its chunk was sent before. */
  readonly isRest: boolean
  /** Calibrated probability that its best unit is evidence. */
  readonly value: number
  /** As a whole chunk under its document's heading. */
  readonly tokens: number
}

/** A candidate that does not compete. */
export interface Withheld {
  readonly candidate: Candidate
  readonly reason: Extract<DropReason, 'forbidden' | 'already_sent'>
  readonly value: number
}

export interface OfferInput {
  readonly candidates: readonly Candidate[]
  readonly neighbours: ReadonlyMap<ChunkId, Neighbours>
  readonly values: SentenceValues
  readonly facets: readonly Facet[]
  readonly sent: SentTexts
  readonly rules: RuleEffects
  readonly template: Template
  readonly counter: TokenCounter
  readonly excerpts: boolean
}

export interface Offers {
  readonly offers: readonly Offer[]
  readonly withheld: readonly Withheld[]
  readonly facets: PackRules['facets']
}

/** Stands in for the citation number of an item that has none yet; no shorter in tokens than any number that it can get. */
const WIDEST_CITATION = 100
/** Shorter units are the same only where their text is: `See below.` and `See above.` share most of their words. */
const CLUSTER_WORDS = 5
const NO_WORDS: ReadonlySet<string> = new Set()

/** Makes of each candidate a passage with its units, its variants and what they cost as rendered; and says who does not compete, and why. */
export function createOfferStage(settings: PipelineSettings) {
  const { duplicateJaccard, facetWeight, maxVariants, shortUnitTokens, contextUnits } = settings.packing

  return {
    name: 'offer',
    run(input: OfferInput, context: RequestContext): Offers {
      return context.trace.runSync('offer', () => {
        const facets = input.facets.map(() => ({ weight: facetWeight }))
        const drafts = input.candidates.map((candidate, position) => draftOf(candidate, position + 1, input))
        const open = drafts.filter((draft) => 'text' in draft)
        const texts = open.flatMap(({ text }) => text.units.map((unit) => unit.text))
        const clusters = clusterTexts(texts, { jaccard: duplicateJaccard, minWords: CLUSTER_WORDS })
        let seen = 0
        const offers = open.map((draft) => {
          const own = clusters.slice(seen, (seen += draft.text.units.length))
          return offerOf(draft, own, facets, input)
        })
        const withheld = drafts.filter((draft): draft is Withheld => !('text' in draft))
        return [
          { offers, withheld, facets },
          { in: drafts.length, out: offers.length },
        ]
      })
    },
  }

  function offerOf(draft: Draft, clusters: readonly number[], facets: PackRules['facets'], input: OfferInput): Offer {
    const { candidate, text, chunks, values, isRest } = draft
    const { template, counter, rules } = input
    const { chunk } = text
    const head = input.facets.length === 0 ? NO_WORDS : facetWords(`${chunk.title} ${chunk.headingPath.join(' ')}`)
    const units = text.units.map((unit, at): Unit => {
      const value = values[at] ?? 0
      const { span, lead, tokens } = unit
      const words = input.facets.length === 0 ? NO_WORDS : head.union(facetWords(unit.text))
      return {
        span,
        lead,
        tokens,
        value,
        cluster: clusters[at] ?? 0,
        facets: input.facets.map((facet) => facetDegree(facet, words) * value),
      }
    })
    const heading = headingOf(chunk)
    const frame = (excerpt: boolean) => ({
      before: template.itemHead({ citation: WIDEST_CITATION, heading, excerpt: excerpt || isRest }),
      after: template.itemTail + template.itemSeparator,
    })
    const made = variantsOf(
      { text, units, facets, excerpts: input.excerpts, frame },
      { maxVariants, shortTokens: shortUnitTokens, contextUnits },
    )
    // What is left of a chunk is no chunk.
    const variants = chunk === candidate.text ? made : made.map((variant) => ({ ...variant, kind: 'sentences' as const }))
    const headTokens = documentTokens(template, chunk.title, counter)
    const whole = variants.find(({ kind }) => kind === 'chunk') ?? variants.at(-1)
    const passage: Passage = {
      chunk: chunk.id,
      doc: chunk.doc,
      source: sourceOf(chunk),
      rank: draft.rank,
      headTokens,
      required: isWanted(chunk.doc, rules),
      units,
      parts: text.parts,
      variants,
    }
    return { candidate, passage, text, chunks, isRest, value: Math.max(0, ...values), tokens: headTokens + (whole?.tokens ?? 0) }
  }
}

interface Draft {
  readonly candidate: Candidate
  readonly rank: number
  readonly text: PassageText
  readonly chunks: Offer['chunks']
  readonly isRest: boolean
  readonly values: readonly number[]
}

/** What is left of a candidate in this session, with its neighbours where all of it is left. */
function draftOf(candidate: Candidate, rank: number, input: OfferInput): Draft | Withheld {
  const { values, sent, rules, neighbours, template, counter } = input
  const chunk = candidate.text
  const known = values.get(chunk.id) ?? []
  const value = Math.max(0, ...known)
  if (rules.forbidden.has(chunk.doc)) return { candidate, reason: 'forbidden', value }
  const worth = (from: number, to: number): number => known.slice(from, to).reduce((sum, each) => sum + each, 0)
  const runs = unsentRuns(chunk.sentences.length, sentRanges(sent, chunk)).toSorted((a, b) => worth(b.from, b.to) - worth(a.from, a.to))
  const run = runs[0]
  if (run === undefined) return { candidate, reason: 'already_sent', value }

  const slice = sliceOf(chunk, run)
  const isUnsent = ({ textHash }: Chunk): boolean => !sent.has(textHash)
  const around = slice === chunk ? (neighbours.get(chunk.id) ?? ALONE) : ALONE
  const before = around.before.slice(around.before.findLastIndex((each) => !isUnsent(each)) + 1)
  const end = around.after.findIndex((each) => !isUnsent(each))
  const after = end < 0 ? around.after : around.after.slice(0, end)
  const text = passageText(slice, before, after, { counter, escape: (body) => template.escape(body) })
  const stored = new Map([...before, chunk, ...after].map((each) => [each.id, each]))
  return {
    candidate,
    rank,
    text,
    isRest: run.from > 0,
    chunks: new Map([...stored].map(([id, each]) => [id, { chunk: each, firstUnit: id === chunk.id ? run.from : 0 }])),
    values: text.parts.flatMap((part) => {
      const first = part.chunk === chunk.id ? run.from : 0
      return (values.get(part.chunk) ?? []).slice(first, first + part.to - part.from)
    }),
  }
}

function isWanted(doc: DocumentId, { required, pinned }: RuleEffects): boolean {
  return required.has(doc) || pinned.has(doc)
}
