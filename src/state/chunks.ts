/** Rows of one statement: far from the 65,535 parameters that Postgres takes. */
const ROWS = 500

/** As many at a time as one statement takes, in their order. */
export function* chunksOf<Row>(rows: readonly Row[]): Generator<readonly Row[], void, undefined> {
  for (let start = 0; start < rows.length; start += ROWS) yield rows.slice(start, start + ROWS)
}
