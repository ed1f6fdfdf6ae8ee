const DELIMITERS = [',', ';', '\t', '|'] as const
/** Lines that are looked at. */
const SAMPLE_LINES = 50
const SAMPLE_CHARACTERS = 65_536

/** The one that parts most lines into the same number of cells, quoted text left out; a comma where none does. */
export function delimiterOf(text: string): string {
  const bare = text.slice(0, SAMPLE_CHARACTERS).replace(/"(?:[^"]|"")*"/gu, '""')
  const lines = bare
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_LINES)
  let best = { delimiter: ',', score: 0 }
  for (const delimiter of DELIMITERS) {
    const counts = lines.map((line) => line.split(delimiter).length - 1)
    const usual = counts.toSorted((a, b) => a - b)[Math.floor(counts.length / 2)] ?? 0
    const score = usual === 0 ? 0 : counts.filter((count) => count === usual).length / lines.length
    if (score > best.score) best = { delimiter, score }
  }
  return best.delimiter
}
