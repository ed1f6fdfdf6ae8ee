interface Scored {
  readonly score: number
}

/** How many rows beyond `k` are asked for at once: enough for the ties of most queries, and every row is refined with its exact vector. */
const MARGIN = 8
const WIDENING = 4

/**
 * The best `k` by (score descending, id ascending). LanceDB returns equal scores in any order and cuts through them at random, so
 * more is fetched than needed, and more again while the last row still ties with the k-th. `most` bounds the widening;
 * only a tie longer than it is cut arbitrarily.
 */
export async function completeTop<H extends Scored>(
  k: number,
  most: number,
  id: (hit: H) => string,
  fetch: (limit: number) => Promise<readonly H[]>,
): Promise<readonly H[]> {
  const ceiling = Math.max(k, most)
  let limit = Math.min(k + MARGIN, ceiling)
  for (;;) {
    const hits = (await fetch(limit)).toSorted((a, b) => b.score - a.score || (id(a) < id(b) ? -1 : 1))
    const complete = hits.length < limit || limit === ceiling || (hits[k - 1]?.score ?? 0) > (hits.at(-1)?.score ?? 0)
    if (complete) return hits.slice(0, k)
    limit = Math.min(limit * WIDENING, ceiling)
  }
}
