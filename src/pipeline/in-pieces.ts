/** What `read` gives for all of `wanted`, asked for at most `most` at once, one piece after another. */
export async function inPieces<Wanted, Found>(
  wanted: readonly Wanted[],
  most: number,
  read: (piece: readonly Wanted[]) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const found: Found[] = []
  for (let start = 0; start < wanted.length; start += most) found.push(...(await read(wanted.slice(start, start + most))))
  return found
}
