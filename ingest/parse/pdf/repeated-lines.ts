import { headingSize } from './body-size.ts'
import type { Line, PageLayout } from './layout.ts'

/** Lines at either end of a page that are looked at. */
const EDGE_LINES = 3
/** A line that stands on as many pages, and on this share of those between the first and the last of them, is a header or footer. */
const REPEATS = 3
const DENSITY = 0.4
/** How far apart, in points, lines may stand that are the same. */
const PLACE = 4

/**
 * Pages without their headers and footers: lines at the ends of pages that stand at the same height with the same words, whatever the numbers in them
 * say, lines with a number that counts with the pages, and such numbers alone. Headings with numbers of their own stay. Where nothing else
 * would be left, everything stays.
 */
export function withoutRepeated(pages: readonly PageLayout[]): readonly (readonly Line[])[] {
  const edges = pages.map(edgeLines)
  const heading = headingSize(pages.flatMap(({ lines }) => lines))
  const repeated = new Set<Line>([
    ...repeatedLines(edges, heading),
    ...numberedLines(edges, heading),
    ...pageNumbers(edges),
    ...onlyPageNumber(edges),
  ])
  const kept = pages.map(({ lines }) => lines.filter((line) => !repeated.has(line)))
  return kept.some((lines) => lines.length > 0) ? kept : pages.map(({ lines }) => lines)
}

function edgeLines({ lines }: PageLayout): readonly Line[] {
  const sorted = lines.toSorted((a, b) => a.y - b.y)
  return [...new Set([...sorted.slice(0, EDGE_LINES), ...sorted.slice(-EDGE_LINES)])]
}

/** Numbers in letters as large as those of headings are part of the words: `Chapter 1` and `Chapter 2` are two headings. */
function* repeatedLines(edges: readonly (readonly Line[])[], heading: number): Generator<Line> {
  const groups = new Map<string, Line[]>()
  for (const line of edges.flat()) {
    const place = Math.round(line.y / PLACE)
    const words = (line.size < heading ? line.text.replace(/\p{N}+/gu, '#') : line.text).replace(/\s+/gu, ' ')
    // Rounding parts neighbours: a line is also looked for one place further.
    const keys = [place, place - 1, place + 1].map((at) => `${at} ${words}`)
    const key = keys.find((each) => groups.has(each)) ?? keys[0] ?? ''
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [line])
    else group.push(line)
  }
  for (const lines of groups.values()) if (isRegular(lines)) yield* lines
}

function isRegular(lines: readonly Line[]): boolean {
  const pages = new Set(lines.map(({ page }) => page))
  const range = Math.max(...pages) - Math.min(...pages) + 1
  return pages.size >= REPEATS && pages.size / range >= DENSITY
}

/** Lines at one height that begin or end with a number that counts with the pages, whatever words stand beside it: heads of chapters. No larger than text. */
function* numberedLines(edges: readonly (readonly Line[])[], heading: number): Generator<Line> {
  const numbered = edges.flat().flatMap((line) => {
    if (line.size >= heading) return []
    const found = [/^\d{1,5}(?!\S)/u.exec(line.text), /(?<!\S)\d{1,5}$/u.exec(line.text)].flatMap((match) => match ?? [])
    return [...new Set(found)].map((number) => ({ line, key: `${Math.round(line.y / PLACE)} ${Number(number) - line.page}` }))
  })
  for (const group of Map.groupBy(numbered, ({ key }) => key).values()) {
    const lines = group.map(({ line }) => line)
    if (isRegular(lines)) yield* lines
  }
}

/** The number at the foot of a document of one page. */
function onlyPageNumber(edges: readonly (readonly Line[])[]): readonly Line[] {
  const [lines, ...others] = edges
  const last = lines?.at(-1)
  return others.length === 0 && lines !== undefined && lines.length > 1 && last?.text === '1' ? [last] : []
}

const PAGE_NUMBER = /^(?:page|seite|p\.|-|–)?\s*(\d{1,5})(?:\s*(?:of|von|\/)\s*\d{1,5}|\s*[-–])?$/iu

/** A number that is further by one on the next page, at the same height. */
function* pageNumbers(edges: readonly (readonly Line[])[]): Generator<Line> {
  const numbers = edges.map((lines) => lines.flatMap((line) => (PAGE_NUMBER.test(line.text) ? [line] : [])))
  const valueOf = (line: Line): number => Number(PAGE_NUMBER.exec(line.text)?.[1])
  for (const [page, lines] of numbers.entries()) {
    const others = [...(numbers[page - 1] ?? []), ...(numbers[page + 1] ?? [])]
    const counts = (line: Line): boolean =>
      others.some((other) => Math.abs(other.y - line.y) <= PLACE && valueOf(other) - valueOf(line) === other.page - line.page)
    yield* lines.filter(counts)
  }
}
