/** A place on the curve of what can be had for how many tokens. */
export interface CurvePoint {
  readonly tokens: number
  readonly value: number
}

/**
 * Of points in order of tokens at most `limit`, in order: first what lies below the upper hull is left out, then what bends it least (the smallest
 * triangle with its neighbours, Visvalingam and Whyatt 1993). Points that `keep` names stay, even where that is more than `limit`.
 */
export function hullOf<Point extends CurvePoint>(
  points: readonly Point[],
  limit: number,
  keep: (point: Point) => boolean,
): readonly Point[] {
  const hull: Point[] = []
  for (const point of points) {
    while (hull.length >= 2 && !keep(hull.at(-1) as Point) && bend(hull.at(-2) as Point, hull.at(-1) as Point, point) <= 0) hull.pop()
    hull.push(point)
  }
  while (hull.length > limit) {
    const weakest = flattest(hull, keep)
    if (weakest === null) break
    hull.splice(weakest, 1)
  }
  return hull
}

function flattest<Point extends CurvePoint>(hull: readonly Point[], keep: (point: Point) => boolean): number | null {
  let [weakest, least]: [number | null, number] = [null, Infinity]
  hull.forEach((point, at) => {
    const size = bend(hull[at - 1] ?? point, point, hull[at + 1] ?? point)
    if (!keep(point) && size < least) [weakest, least] = [at, size]
  })
  return weakest
}

/** Twice the area of the triangle; above 0 where `b` lies above the line from `a` to `c`. */
function bend(a: CurvePoint, b: CurvePoint, c: CurvePoint): number {
  return (b.value - a.value) * (c.tokens - a.tokens) - (c.value - a.value) * (b.tokens - a.tokens)
}
