export type Arrivals = 'poisson' | 'fixed'

/** When requests start, in milliseconds from the beginning of a round: independent of how fast they are answered. */
export function arrivalTimes(kind: Arrivals, rate: number, seconds: number, random: () => number): readonly number[] {
  const times: number[] = []
  const gap = 1000 / rate
  // 1 - random() is in (0, 1]: the logarithm stays finite.
  const next = () => (kind === 'fixed' ? gap : -Math.log(1 - random()) * gap)
  for (let at = next(); at < seconds * 1000; at += next()) times.push(at)
  return times
}
