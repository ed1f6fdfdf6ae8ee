/** One after the other: what is measured must not compete with itself. */
export async function inOrder<Item, Result>(
  items: readonly Item[],
  run: (item: Item, order: number) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const [order, item] of items.entries()) results.push(await run(item, order))
  return results
}
