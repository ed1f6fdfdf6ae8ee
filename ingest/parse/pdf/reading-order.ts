import { middle, quantile, type Fragment, type Region } from './layout.ts'

/** Columns inside columns beyond these are not looked for. */
const DEPTH = 4
/** A column has at least as many lines, and takes at least this share of the width. */
const COLUMN_LINES = 3
const COLUMN_SHARE = 0.18
/** Places at which a gutter is looked for. */
const PLACES = 96
/** How much of its width the lines of a column fill, and how many characters they have; the cells of a table fill less. */
const FILLED = 0.55
const LINE_CHARACTERS = 12

/** Fragments that are read together, and the margins of the column that they stand in. */
export interface Area {
  readonly fragments: readonly Fragment[]
  readonly margins: Region
}

/** In ems: what stands further apart, over the whole width, is read one after the other. */
const BLANK = 3.5

/**
 * The regions of a page in the order in which people read them: what is parted by much blank from top to bottom; columns one after the other; and what
 * spans columns (titles, wide figures, foot lines) between what stands above and below it. A recursive cut along blanks and gutters, since the order
 * in which a file draws is not always that in which it is read.
 */
export function readingOrder(fragments: readonly Fragment[], depth = DEPTH): readonly Area[] {
  const sorted = fragments.toSorted((a, b) => a.y - b.y || a.left - b.left)
  const margins = marginsOf(sorted)
  return partedByBlank(sorted).flatMap((part) => {
    const bands = depth > 0 ? bestBands(part) : null
    if (bands === null) return [{ fragments: part, margins: { ...margins } }]
    return bands.flatMap((band) =>
      band.kind === 'across'
        ? [{ fragments: band.fragments, margins: { ...margins } }]
        : columns(band).flatMap((side) => readingOrder(side, depth - 1)),
    )
  })
}

/** Between which most of it stands; a few that stick out do not count. */
function marginsOf(fragments: readonly Fragment[]): Region {
  return {
    left: quantile(
      fragments.map(({ left }) => left),
      0.05,
    ),
    right: quantile(
      fragments.map(({ right }) => right),
      0.95,
    ),
  }
}

function partedByBlank(sorted: readonly Fragment[]): readonly (readonly Fragment[])[] {
  const blank = BLANK * middle(sorted.map(({ size }) => size))
  const parts: Fragment[][] = []
  for (const [at, each] of sorted.entries()) {
    const before = sorted[at - 1]
    if (before === undefined || each.y - each.size - before.y > blank) parts.push([each])
    else parts.at(-1)?.push(each)
  }
  return parts
}

type Band =
  | { readonly kind: 'across'; readonly fragments: readonly Fragment[] }
  | { readonly kind: 'columns'; readonly left: readonly Fragment[]; readonly right: readonly Fragment[] }

function columns({ left, right }: Extract<Band, { kind: 'columns' }>): readonly (readonly Fragment[])[] {
  const all = [...left, ...right]
  return all.filter(({ isRtl }) => isRtl).length > all.length / 2 ? [right, left] : [left, right]
}

/** The bands of the gutter that puts most fragments into columns; null where there is none. */
function bestBands(sorted: readonly Fragment[]): readonly Band[] | null {
  const left = Math.min(...sorted.map((each) => each.left))
  const right = Math.max(...sorted.map((each) => each.right))
  const narrowest = (right - left) * COLUMN_SHARE
  let best: { readonly bands: readonly Band[]; readonly inColumns: number; readonly width: number } | null = null
  for (let place = 1; place < PLACES; place++) {
    const x = left + ((right - left) * place) / PLACES
    if (x - left < narrowest || right - x < narrowest) continue
    const crossing = sorted.reduce((count, each) => count + Number(isAcross(each, x)), 0)
    if (sorted.length - crossing < 2 * COLUMN_LINES || (best !== null && sorted.length - crossing < best.inColumns)) continue
    const bands = bandsAt(sorted, x, right - left)
    const inColumns = bands.reduce((sum, band) => sum + (band.kind === 'columns' ? band.left.length + band.right.length : 0), 0)
    if (inColumns === 0) continue
    const width = gutterWidth(bands)
    if (best === null || inColumns > best.inColumns || (inColumns === best.inColumns && width > best.width))
      best = { bands, inColumns, width }
  }
  return best?.bands ?? null
}

const isAcross = ({ left, right }: Fragment, x: number): boolean => left < x && right > x

function bandsAt(sorted: readonly Fragment[], x: number, width: number): readonly Band[] {
  const bands: Band[] = []
  let open: Fragment[] = []
  let across: Fragment[] = []
  const closeOpen = (): void => {
    const left = open.filter((each) => each.right <= x)
    const right = open.filter((each) => each.left >= x)
    if (areColumns(left, right, width)) {
      if (across.length > 0) bands.push({ kind: 'across', fragments: across })
      across = []
      bands.push({ kind: 'columns', left, right })
    } else across.push(...open)
    open = []
  }
  for (const each of sorted) {
    if (!isAcross(each, x)) open.push(each)
    else {
      closeOpen()
      across.push(each)
    }
  }
  closeOpen()
  if (across.length > 0) bands.push({ kind: 'across', fragments: across })
  return bands
}

/** Between the columns of the first band that has some. */
function gutterWidth(bands: readonly Band[]): number {
  const band = bands.find((each) => each.kind === 'columns')
  return band === undefined ? 0 : Math.min(...band.right.map(({ left }) => left)) - Math.max(...band.left.map(({ right }) => right))
}

/** Whether two sides are columns of text that are read one after the other, and not the cells of rows. */
function areColumns(left: readonly Fragment[], right: readonly Fragment[], width: number): boolean {
  return [left, right].every((side) => isColumn(side, width)) && gutterOf(left, right) > 0
}

const gutterOf = (left: readonly Fragment[], right: readonly Fragment[]): number =>
  Math.min(...right.map((each) => each.left)) - Math.max(...left.map((each) => each.right))

function isColumn(side: readonly Fragment[], width: number): boolean {
  const rows = rowsOf(side)
  if (rows.length < COLUMN_LINES) return false
  const extent = Math.max(...side.map(({ right }) => right)) - Math.min(...side.map(({ left }) => left))
  if (extent < width * COLUMN_SHARE) return false
  const filled = middle(rows.map((row) => row.reduce((sum, { left, right }) => sum + right - left, 0) / extent))
  return filled >= FILLED && middle(side.map(({ text }) => text.length)) >= LINE_CHARACTERS
}

/** Fragments on one baseline together, from top to bottom. */
export function rowsOf(fragments: readonly Fragment[]): readonly (readonly Fragment[])[] {
  const rows: Fragment[][] = []
  for (const each of fragments.toSorted((a, b) => a.y - b.y)) {
    const row = rows.at(-1)
    const first = row?.[0]
    if (row !== undefined && first !== undefined && each.y - first.y < ROW_SHIFT * Math.min(first.size, each.size)) row.push(each)
    else rows.push([each])
  }
  return rows
}

/** In ems: closer baselines are one. */
const ROW_SHIFT = 0.5
