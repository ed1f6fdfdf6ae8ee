import { statementOf } from '../near/statement.ts'
import type { Passage, Unit } from './passage.ts'

/** Share of the tokens of each of two chunks that must stand in units which the other has as well. */
const TWIN_SHARE = 0.8

/** A unit that stands in more passages than this (boilerplate, or a text that is everywhere) compares with the best ranked of them only. */
const COMPARED_PASSAGES = 64

/**
 * Of each passage the passages whose chunk is near-identical: at least `TWIN_SHARE` of each one's tokens stand in clusters of the other, and what does not states
 * the same (a short sentence with another number makes another text). One of them says what the others say, so only one is packed. Found through the
 * clusters, in time linear in the units; few chunks get so far that they are read.
 */
export function findTwins(passages: readonly Passage[]): readonly (readonly number[])[] {
  const twins = passages.map((): number[] => [])
  const suspects = suspectsOf(passages)
  const holders = new Map<number, number[]>()
  const statements = new Map<Unit, string>()
  for (const [index, own] of suspects) {
    for (const [other, shared] of sharedTokens(own, suspects, holders)) {
      const known = suspects.get(other)
      if (known === undefined || shared.own < TWIN_SHARE * own.total || shared.other < TWIN_SHARE * known.total) continue
      if (restStatement(own, known, statements) !== restStatement(known, own, statements)) continue
      twins[index]?.push(other)
      twins[other]?.push(index)
    }
    for (const cluster of own.tokens.keys()) {
      const holding = holders.get(cluster)
      if (holding === undefined) holders.set(cluster, [index])
      else if (holding.length < COMPARED_PASSAGES) holding.push(index)
    }
  }
  return twins
}

/** The units of the candidate chunk itself, their tokens by cluster and of all; what was loaded around it does not make it another text. */
interface ChunkTokens {
  readonly units: readonly Unit[]
  readonly tokens: ReadonlyMap<number, number>
  readonly total: number
}

/** The chunks of which enough stands elsewhere as well; most have no twin, which is soon seen. */
function suspectsOf(passages: readonly Passage[]): ReadonlyMap<number, ChunkTokens> {
  const chunks = passages.map(chunkUnits)
  const seen = new Map<number, number>()
  for (const units of chunks) for (const { cluster } of units) seen.set(cluster, (seen.get(cluster) ?? 0) + 1)
  const suspects = new Map<number, ChunkTokens>()
  chunks.forEach((units, index) => {
    let [total, elsewhere] = [0, 0]
    for (const { cluster, tokens } of units) {
      total += tokens
      if ((seen.get(cluster) ?? 0) > 1) elsewhere += tokens
    }
    if (elsewhere >= TWIN_SHARE * total) suspects.set(index, { units, tokens: byCluster(units), total })
  })
  return suspects
}

function chunkUnits({ chunk, parts, units }: Passage): readonly Unit[] {
  const part = parts.find((each) => each.chunk === chunk)
  return units.slice(part?.from, part?.to)
}

function byCluster(units: readonly Unit[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number>()
  for (const { cluster, tokens } of units) sums.set(cluster, (sums.get(cluster) ?? 0) + tokens)
  return sums
}

function sharedTokens(
  own: ChunkTokens,
  suspects: ReadonlyMap<number, ChunkTokens>,
  holders: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<number, { own: number; other: number }> {
  const shared = new Map<number, { own: number; other: number }>()
  for (const [cluster, tokens] of own.tokens) {
    for (const other of holders.get(cluster) ?? []) {
      const sum = shared.get(other) ?? { own: 0, other: 0 }
      sum.own += tokens
      sum.other += suspects.get(other)?.tokens.get(cluster) ?? 0
      shared.set(other, sum)
    }
  }
  return shared
}

/** What the units of a chunk state that the other does not have. `statements` remembers what each unit states. */
function restStatement(own: ChunkTokens, other: ChunkTokens, statements: Map<Unit, string>): string {
  const rest: string[] = []
  for (const unit of own.units) {
    if (other.tokens.has(unit.cluster)) continue
    const statement = statements.get(unit) ?? statementOf(unit.text)
    statements.set(unit, statement)
    if (statement !== '') rest.push(statement)
  }
  return rest.sort().join('\n')
}
