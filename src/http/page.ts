/** The first `limit` of what `list` gives, and behind which id the next page begins; null on the last. One more is asked for, to know. */
export async function pageOf<Entry extends { readonly id: string }>(
  limit: number,
  list: (limit: number) => Promise<readonly Entry[]>,
): Promise<{ readonly entries: readonly Entry[]; readonly next: string | null }> {
  const found = await list(limit + 1)
  const entries = found.slice(0, limit)
  return { entries, next: found.length > limit ? (entries.at(-1)?.id ?? null) : null }
}
