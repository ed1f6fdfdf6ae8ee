import { parse, type Options } from 'csv-parse/sync'
import { AppError } from '../../../src/core/errors.ts'
import { normaliseLineEndings } from '../line-endings.ts'
import type { ParsedContent } from '../parsed.ts'
import { writeBlocks, type BlockText } from '../write-blocks.ts'
import { delimiterOf } from './delimiter.ts'

/** A table with a longer header, or longer rows, is written row by row with the name before each value. */
const HEADER_CHARACTERS = 160
const ROW_CHARACTERS = 400

/**
 * Separated values as a Markdown table, whose header goes with every piece that it is cut into, or, where the rows are long, as one block for each row
 * with the name of the column before each value. Rows with more or fewer cells than the header are kept and warned of.
 */
export function parseCsv(content: string, delimiter?: string): ParsedContent {
  const text = normaliseLineEndings(content)
  const { rows, warnings } = read(text, delimiter ?? delimiterOf(text))
  const hasHeader = isHeader(rows[0] ?? [], rows[1])
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const names = hasHeader ? fill(rows[0] ?? [], width) : Array<string>(width).fill('')
  const records = hasHeader ? rows.slice(1) : rows
  const odd = hasHeader ? records.findIndex((row) => row.length !== rows[0]?.length) : -1
  const count = records.filter((row) => row.length !== rows[0]?.length).length
  const oddRows = odd < 0 ? [] : [`${count} of ${records.length} rows have more or fewer cells than the header, row ${odd + 2} first`]
  return { ...writeBlocks(blocksOf(names, records, hasHeader)), title: null, metadata: {}, warnings: [...warnings, ...oddRows] }
}

type Rows = readonly (readonly string[])[]

function read(text: string, delimiter: string): { readonly rows: Rows; readonly warnings: readonly string[] } {
  const options: Options = { delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true }
  const rowsOf = (more: Options): Rows => parse(text, { ...options, ...more })
  try {
    return { rows: rowsOf({}), warnings: [] }
  } catch {
    // A quote that is never closed would take the rest of the file into one cell.
  }
  try {
    return { rows: rowsOf({ quote: false }), warnings: ['a quote is never closed: quotes were read as they stand'] }
  } catch (cause) {
    throw new AppError('document_unreadable', 'The rows cannot be read', { reason: 'malformed' }, { cause })
  }
}

/** Names are there, all different, and no numbers; what stands below them may be anything. */
function isHeader(row: readonly string[], next: readonly string[] | undefined): boolean {
  const names = row.map((cell) => cell.trim())
  const isNamed = names.filter((name) => name !== '').length > 0 && names.every((name) => !/^[-+]?[\d.,\s%€$]+$/u.test(name) || name === '')
  return isNamed && next !== undefined && new Set(names).size === names.length
}

const fill = (cells: readonly string[], width: number): readonly string[] =>
  Array.from({ length: width }, (_, at) => (cells[at] ?? '').trim())

function blocksOf(names: readonly string[], records: Rows, hasHeader: boolean): readonly BlockText[] {
  const header = names.join(' | ')
  const characters = records.reduce((sum, row) => sum + row.reduce((all, cell) => all + cell.length, 0), 0)
  const isWide = header.length > HEADER_CHARACTERS || characters > ROW_CHARACTERS * records.length
  if (isWide) return records.flatMap((row) => recordOf(names, row))
  if (records.length === 0) return []
  const line = (cells: readonly string[]): string => `| ${fill(cells, names.length).map(cellOf).join(' | ')} |`
  const text = [line(names), line(names.map(() => '---')), ...records.map(line)].join('\n')
  return [{ kind: hasHeader || names.length > 1 ? 'table' : 'list', text }]
}

const cellOf = (cell: string): string => cell.replace(/\s+/gu, ' ').trim().replaceAll('|', '\\|')

function recordOf(names: readonly string[], row: readonly string[]): readonly BlockText[] {
  const lines = row.flatMap((cell, at) => {
    const [name, value] = [names[at] ?? '', cell.replace(/\s+/gu, ' ').trim()]
    return value === '' ? [] : [name === '' ? value : `${name}: ${value}`]
  })
  return lines.length === 0 ? [] : [{ kind: 'list', text: lines.map((line) => `- ${line}`).join('\n') }]
}
