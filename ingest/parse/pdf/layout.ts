/** Text on one baseline without a wide gap. Points, `y` down the page; the text reads in logical order, also where it runs from right to left. */
export interface Fragment {
  readonly text: string
  readonly left: number
  readonly right: number
  /** The baseline. */
  readonly y: number
  readonly size: number
  readonly isRtl: boolean
}

/** A stretch of a line between wide gaps: the cell of a table, or all of the line. */
export interface Cell {
  readonly text: string
  readonly left: number
  readonly right: number
}

/** What stands on one baseline of a column. */
export interface Line {
  /** From 0. */
  readonly page: number
  /** Lines of one column of one page share it. */
  readonly region: Region
  /** In reading order, at least one. */
  readonly cells: readonly Cell[]
  readonly text: string
  readonly left: number
  readonly right: number
  readonly y: number
  readonly size: number
  readonly isRtl: boolean
}

/** A column, or what spans columns: between which margins its lines stand. */
export interface Region {
  readonly left: number
  readonly right: number
}

export interface PageLayout {
  readonly lines: readonly Line[]
}

/** A piece of a line as it is written, with the page that it stands on. */
export interface Piece {
  readonly text: string
  readonly page: number
}

export const middle = (numbers: readonly number[]): number => quantile(numbers, 0.5)

/** Of an unsorted list; 0 for an empty one. */
export function quantile(numbers: readonly number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
}
