/** Insertions, deletions and substitutions between two names (Levenshtein), one row at a time. */
export function editDistance(a: string, b: string): number {
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const replaced = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      line.push(Math.min((above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1, replaced))
    }
    above = line
  }
  return above[b.length] ?? 0
}

/** The known name that somebody probably meant; null where nothing is near (more than half of it would have to change). */
export function nearest(name: string, known: readonly string[]): string | null {
  let best: string | null = null
  let distance = Infinity
  for (const candidate of known) {
    const cost = editDistance(name.slice(0, 200), candidate)
    if (cost < distance && cost <= Math.max(name.length, candidate.length) / 2) [best, distance] = [candidate, cost]
  }
  return best
}
