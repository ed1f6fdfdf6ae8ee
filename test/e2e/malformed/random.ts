export interface Chance {
  /** A whole number from 0 up to and without `end`. */
  below(end: number): number
  pick<Value>(values: readonly Value[]): Value
}

/** Mulberry32 (Tommy Ettinger, public domain): 32 bits of state are plenty to choose mistakes with. */
export function random(seed: number): Chance {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (end: number): number => Math.floor(next() * end)
  return { below, pick: (values) => values[below(values.length)] as (typeof values)[number] }
}
