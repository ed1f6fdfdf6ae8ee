import type { Cell, Line, Piece } from './layout.ts'

export type Part = { readonly kind: 'table'; readonly rows: readonly Piece[] } | { readonly kind: 'text'; readonly lines: readonly Line[] }

/** Fewer rows with cells are a coincidence. */
const ROWS = 3

interface Row {
  readonly page: number
  readonly cells: Cell[]
}

/** Tables are runs of lines with several cells that stand below each other; everything between them is text. */
export function tablesOf(lines: readonly Line[]): readonly Part[] {
  const parts: Part[] = []
  let text: Line[] = []
  for (let at = 0; at < lines.length;) {
    const end = endOfTable(lines, at)
    const rows = end === at ? [] : rowsOf(lines.slice(at, end))
    if (rows.length < ROWS) {
      text.push(...lines.slice(at, Math.max(end, at + 1)))
      at = Math.max(end, at + 1)
      continue
    }
    if (text.length > 0) parts.push({ kind: 'text', lines: text })
    text = []
    parts.push({ kind: 'table', rows: written(rows) })
    at = end
  }
  return text.length > 0 ? [...parts, { kind: 'text', lines: text }] : parts
}

/** The end of the table that begins at this line; the line itself where none does. */
function endOfTable(lines: readonly Line[], start: number): number {
  let last = lines[start] as Line
  if (last.cells.length < 2) return start
  let end = start + 1
  for (let at = end; at < lines.length; at++) {
    const line = lines[at] as Line
    if (line.region !== last.region || line.y - last.y > MOST_LEADING * last.size) break
    if (line.cells.length >= 2 ? areAligned(last, line) : isContinued(last, line)) {
      end = at + 1
      if (line.cells.length >= 2) last = line
    } else break
  }
  return end
}

/** In ems: rows further apart are not of one table. */
const MOST_LEADING = 4

const overlap = (a: Cell, b: Cell): boolean => a.left < b.right && b.left < a.right

function areAligned(above: Line, below: Line): boolean {
  const [fewer, more] = above.cells.length < below.cells.length ? [above.cells, below.cells] : [below.cells, above.cells]
  const met = fewer.filter((cell) => more.filter((other) => overlap(cell, other)).length === 1)
  return met.length * 2 > fewer.length
}

/** A cell that goes on in the next line; not the first of its row, since that would be text below the table. */
function isContinued(row: Line, line: Line): boolean {
  const [cell] = line.cells
  return cell !== undefined && !overlap(cell, row.cells[0] as Cell) && row.cells.filter((other) => overlap(cell, other)).length === 1
}

function rowsOf(lines: readonly Line[]): readonly Row[] {
  const rows: Row[] = []
  for (const line of lines) {
    const last = rows.at(-1)
    const [only] = line.cells
    const met = line.cells.length === 1 && only !== undefined ? (last?.cells.findIndex((cell) => overlap(cell, only)) ?? -1) : -1
    const cell = last?.cells[met]
    if (last === undefined || only === undefined || cell === undefined) rows.push({ page: line.page, cells: [...line.cells] })
    else last.cells[met] = { ...cell, text: `${cell.text} ${only.text}` }
  }
  return rows
}

/** As Markdown; cells of one column stand in one place, whatever the rows leave out. */
function written(rows: readonly Row[]): readonly Piece[] {
  const columns = columnsOf(rows)
  const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`
  const pieces = rows.map(({ page, cells }) => ({
    page,
    text: line(inColumns(cells, columns)),
  }))
  const [head, ...rest] = pieces
  return head === undefined ? [] : [head, { page: head.page, text: line(columns.map(() => '---')) }, ...rest]
}

/** Rows that columns are told by. */
const SAMPLE = 100

/** What stands in each column; a cell that spans several stands in the first. */
function inColumns(cells: readonly Cell[], columns: readonly Cell[]): readonly string[] {
  const texts = columns.map((): string[] => [])
  for (const cell of cells) {
    const found = columns.findIndex((column) => overlap(cell, column))
    const nearest =
      found >= 0
        ? found
        : Math.max(
            0,
            columns.findLastIndex(({ left }) => left <= cell.left),
          )
    texts[nearest]?.push(cell.text.replaceAll('|', '\\|'))
  }
  return texts.map((each) => each.join(' ').trim())
}

/** Cells that overlap share a column. One that spans several cells of most rows tells nothing, unless all do. */
function columnsOf(rows: readonly Row[]): readonly Cell[] {
  const sample = rows.slice(0, SAMPLE)
  const spans = (cell: Cell): boolean =>
    sample.filter(({ cells }) => cells.filter((other) => overlap(cell, other)).length > 1).length * 2 > sample.length
  const all = rows.flatMap(({ cells }) => cells)
  const single = all.filter((cell) => !spans(cell))
  const columns: Cell[] = []
  for (const cell of (single.length > 0 ? single : all).toSorted((a, b) => a.left - b.left)) {
    const last = columns.at(-1)
    if (last === undefined || !overlap(last, cell)) columns.push(cell)
    else columns[columns.length - 1] = { ...last, right: Math.max(last.right, cell.right) }
  }
  return columns
}
