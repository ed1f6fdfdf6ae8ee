import type { Passage } from './passage.ts'

/** Share of the tokens of each of two chunks that must stand in units which the other has as well. */
const TWIN_SHARE = 0.8

/** A unit that stands in more passages than this (boilerplate, or a text that is everywhere) compares with the best ranked of them only. */
const COMPARED_PASSAGES = 64

/**
 * Of each passage the passages whose chunk is near-identical: at least `TWIN_SHARE` of each one's tokens stand in clusters of the other.
 * One of them says what the others say, so only one is packed. Found through the clusters, in time linear in the units.
 */
export function findTwins(passages: readonly Passage[]): readonly (readonly number[])[] {
  const clusters = passages.map(clusterTokens)
  const totals = clusters.map((each) => each.values().reduce((sum, tokens) => sum + tokens, 0))
  const holders = new Map<number, number[]>()
  const twins = passages.map((): number[] => [])
  clusters.forEach((own, index) => {
    for (const [other, shared] of sharedTokens(own, clusters, holders)) {
      if (shared.own < TWIN_SHARE * (totals[index] ?? 0) || shared.other < TWIN_SHARE * (totals[other] ?? 0)) continue
      twins[index]?.push(other)
      twins[other]?.push(index)
    }
    for (const cluster of own.keys()) {
      const known = holders.get(cluster)
      if (known === undefined) holders.set(cluster, [index])
      else if (known.length < COMPARED_PASSAGES) known.push(index)
    }
  })
  return twins
}

function sharedTokens(
  own: ReadonlyMap<number, number>,
  clusters: readonly ReadonlyMap<number, number>[],
  holders: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<number, { own: number; other: number }> {
  const shared = new Map<number, { own: number; other: number }>()
  for (const [cluster, tokens] of own) {
    for (const other of holders.get(cluster) ?? []) {
      const sum = shared.get(other) ?? { own: 0, other: 0 }
      sum.own += tokens
      sum.other += clusters[other]?.get(cluster) ?? 0
      shared.set(other, sum)
    }
  }
  return shared
}

/** Tokens of the candidate chunk itself, by cluster; what was loaded around it does not make it another text. */
function clusterTokens({ chunk, parts, units }: Passage): ReadonlyMap<number, number> {
  const part = parts.find((each) => each.chunk === chunk)
  const tokens = new Map<number, number>()
  for (const unit of units.slice(part?.from, part?.to)) tokens.set(unit.cluster, (tokens.get(unit.cluster) ?? 0) + unit.tokens)
  return tokens
}
