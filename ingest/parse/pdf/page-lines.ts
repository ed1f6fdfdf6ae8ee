import { fragmentsOf, type Glyphs } from './fragments.ts'
import type { Cell, Fragment, Line, Region } from './layout.ts'
import { readingOrder, rowsOf } from './reading-order.ts'

/** Lines of a page in reading order; what is written at another angle comes last. */
export function pageLines(glyphs: readonly Glyphs[], page: number): readonly Line[] {
  const { upright, turned } = fragmentsOf(glyphs)
  const areas = [...readingOrder(upright), ...turned.map((each) => ({ fragments: [each], margins: each }))]
  return areas.flatMap(({ fragments, margins }) => rowsOf(fragments).map((row) => lineOf(row, margins, page)))
}

/** Fragments of a line that are closer than this, in ems, are no cells of a table. */
const CELL_GAP = 1.1

function lineOf(row: readonly Fragment[], region: Region, page: number): Line {
  const isRtl = row.filter((each) => each.isRtl).length > row.length / 2
  const ordered = row.toSorted((a, b) => (isRtl ? b.right - a.right : a.left - b.left))
  const heaviest = row.reduce((best, each) => (each.text.length > best.text.length ? each : best))
  const cells: Cell[] = []
  for (const { text: given, left, right } of ordered) {
    const text = withoutLeaders(given)
    const last = cells.at(-1)
    const gap = last === undefined ? 0 : Math.max(left, last.left) - Math.min(right, last.right)
    if (last === undefined || gap > CELL_GAP * heaviest.size) cells.push({ text, left, right })
    else cells[cells.length - 1] = { text: `${last.text} ${text}`, left: Math.min(left, last.left), right: Math.max(right, last.right) }
  }
  return {
    page,
    region,
    cells,
    text: cells.map(({ text }) => text).join(' '),
    left: Math.min(...row.map(({ left }) => left)),
    right: Math.max(...row.map(({ right }) => right)),
    y: heaviest.y,
    size: heaviest.size,
    isRtl,
  }
}

/** The dots between a title and its page in a table of contents. */
const withoutLeaders = (text: string): string => text.replace(/(?:\s*[.·…]){5,}\s*/gu, ' … ')
