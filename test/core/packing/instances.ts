import fc from 'fast-check'
import type { ChunkId, DocumentId } from '../../../src/core/ids.ts'
import type { Passage, Unit, Variant } from '../../../src/core/packing/passage.ts'
import type { PackRules } from '../../../src/core/packing/rules.ts'

export const RULES: PackRules = {
  tokens: 100,
  maxItems: Infinity,
  maxDocuments: Infinity,
  tokensPerDocument: Infinity,
  tokensPerSource: Infinity,
  requiredTokens: 0,
  repeatedShare: 1,
  pricePer1kTokens: 0,
  facets: [],
}

/** A unit by its tokens, its value and its cluster. */
export const unit = (tokens: number, value: number, cluster: number, facets: readonly number[] = [], text = ''): Unit => ({
  span: { start: 0, end: 0 },
  text,
  lead: 0,
  tokens,
  value,
  cluster,
  facets,
})

/** Chunk `name` of a document of its own, with a chain that shows 1, 2, … of the units as they are told apart by `ends`; marks and tails cost nothing. */
export function passage(
  name: string,
  units: readonly Unit[],
  more: Partial<Passage> & { readonly ends?: readonly number[] } = {},
): Passage {
  const { ends = [units.length], ...rest } = more
  const variants = ends.map((to): Variant => {
    const tokens = units.slice(0, to).reduce((sum, each) => sum + each.tokens, 0)
    return { kind: to === units.length ? 'chunk' : 'sentences', from: 0, to, tokens }
  })
  return {
    chunk: name as ChunkId,
    doc: `doc-${name}` as DocumentId,
    source: 'source',
    rank: 1,
    headTokens: 0,
    required: false,
    units,
    parts: [{ chunk: name as ChunkId, from: 0, to: units.length }],
    variants,
    ...rest,
  }
}

export interface Shape {
  readonly passages: number
  readonly units: number
  readonly heads: boolean
  readonly clusters: number
}

/** Whole hundredths, nothing and everything among them. */
const share = fc.integer({ min: 0, max: 100 }).map((hundredths) => hundredths / 100)

const arbitraryUnit = (clusters: number) =>
  fc.record({
    tokens: fc.integer({ min: 1, max: 40 }),
    value: share,
    cluster: fc.nat(clusters - 1),
    facets: fc.array(share, { minLength: 2, maxLength: 2 }),
  })

const arbitraryPassage = (shape: Shape) =>
  fc
    .record({
      units: fc.array(arbitraryUnit(shape.clusters), { minLength: 1, maxLength: shape.units }),
      grow: fc.array(fc.record({ left: fc.nat(2), right: fc.nat(2), tokens: fc.integer({ min: 1, max: 5 }) }), {
        minLength: 1,
        maxLength: 4,
      }),
      seed: fc.nat(),
      doc: fc.nat(3),
      mark: fc.nat(8),
      rank: fc.integer({ min: 1, max: 4 }),
      required: fc.boolean(),
    })
    .map(({ units, grow, seed, doc, mark, rank, required }) => ({ units, variants: chain(units, grow, seed, mark), doc, rank, required }))

function chain(
  units: readonly { readonly tokens: number }[],
  grow: readonly { readonly left: number; readonly right: number; readonly tokens: number }[],
  seed: number,
  mark: number,
): readonly Variant[] {
  let from = seed % units.length
  let to = from + 1
  const tokens = (): number => mark + units.slice(from, to).reduce((sum, each) => sum + each.tokens, 0)
  const variants: Variant[] = [{ kind: 'sentences', from, to, tokens: tokens() }]
  for (const { left, right } of grow) {
    const wider = { from: Math.max(0, from - left), to: Math.min(units.length, to + right) }
    if (wider.from === from && wider.to === to) continue
    ;({ from, to } = wider)
    variants.push({ kind: 'sentences', from, to, tokens: tokens() })
  }
  return variants
}

/** Random passages, some with one document, source, rank or text in common. */
export const arbitraryPassages = (shape: Shape): fc.Arbitrary<readonly Passage[]> =>
  fc.array(arbitraryPassage(shape), { minLength: 1, maxLength: shape.passages }).map((drawn) =>
    drawn.map(({ units, variants, doc, rank, required }, position) =>
      passage(
        `c${position}`,
        units.map(({ tokens, value, cluster, facets }) => unit(tokens, value, cluster, facets)),
        {
          doc: `d${doc}` as DocumentId,
          source: `s${doc % 2}`,
          headTokens: shape.heads ? 3 + doc : 0,
          rank,
          required: required && doc === 0,
          variants,
        },
      ),
    ),
  )

export const arbitraryRules: fc.Arbitrary<PackRules> = fc.record({
  tokens: fc.integer({ min: 0, max: 400 }),
  maxItems: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 8 })),
  maxDocuments: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 4 })),
  tokensPerDocument: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 300 })),
  tokensPerSource: fc.oneof(fc.constant(Infinity), fc.integer({ min: 1, max: 300 })),
  requiredTokens: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 300 })),
  repeatedShare: fc.constantFrom(0, 0.1, 1),
  pricePer1kTokens: fc.oneof(fc.constant(0), fc.double({ min: 0, max: 40, noNaN: true })),
  facets: fc.array(fc.record({ weight: fc.double({ min: 0, max: 2, noNaN: true }) }), { minLength: 2, maxLength: 2 }),
})
