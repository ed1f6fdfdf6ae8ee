import type { DocumentId } from '../core/ids.ts'
import { clusterTexts } from '../core/packing/clusters.ts'
import type { Passage, Unit } from '../core/packing/passage.ts'
import { documentTokens } from '../core/packing/price.ts'
import type { PackRules } from '../core/packing/rules.ts'
import { variantsOf } from '../core/packing/variants.ts'
import { facetDegree, facetWords, type Facet } from '../core/query/facets.ts'
import type { RuleEffects } from '../core/rules/apply-rules.ts'
import { sourceOf } from '../core/source.ts'
import type { RequestContext } from './context.ts'
import { draftOf, type Draft, type DraftInput, type Withheld } from './draft.ts'
import { headingOf } from './heading.ts'
import type { Candidate } from './load.ts'
import type { PipelineSettings } from './settings.ts'

/** A candidate as the packer sees it. */
export interface Offer extends Pick<Draft, 'candidate' | 'text' | 'chunks' | 'isRest'> {
  readonly passage: Passage
  /** Calibrated probability that its best unit is evidence. */
  readonly value: number
  /** As a whole chunk under its document's heading. */
  readonly tokens: number
}

export interface OfferInput extends DraftInput {
  readonly candidates: readonly Candidate[]
  readonly facets: readonly Facet[]
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
    const units = unitsOf(draft, clusters, input.facets)
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

/** The units of the text, valued; what stands above them speaks of a facet too. */
function unitsOf({ text, values }: Draft, clusters: readonly number[], facets: readonly Facet[]): readonly Unit[] {
  const { chunk } = text
  const head = facets.length === 0 ? NO_WORDS : facetWords(`${chunk.title} ${chunk.headingPath.join(' ')}`)
  return text.units.map(({ span, lead, tokens, text: said }, at) => {
    const value = values[at] ?? 0
    const words = facets.length === 0 ? NO_WORDS : head.union(facetWords(said))
    const degrees = facets.map((facet) => facetDegree(facet, words) * value)
    return { span, text: said, lead, tokens, value, cluster: clusters[at] ?? 0, facets: degrees }
  })
}

function isWanted(doc: DocumentId, { required, pinned }: RuleEffects): boolean {
  return required.has(doc) || pinned.has(doc)
}
