/** Numbers below a bound, the same for the same seed: mulberry32. */
export function generator(seed: number): (bound: number) => number {
  let state = seed >>> 0
  return (bound) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound
  }
}

type Below = (bound: number) => number

const MUTATIONS: readonly ((bytes: Buffer, other: Buffer, below: Below) => Buffer)[] = [
  // Some bytes become others.
  (bytes, _, below) => {
    const changed = Buffer.from(bytes)
    for (let n = 1 + below(20); n > 0; n--) changed[below(changed.length)] = below(256)
    return changed
  },
  // A bit is flipped.
  (bytes, _, below) => {
    const changed = Buffer.from(bytes)
    const at = below(changed.length)
    changed[at] = (changed[at] ?? 0) ^ (1 << below(8))
    return changed
  },
  (bytes, _, below) => bytes.subarray(0, below(bytes.length)),
  (bytes, _, below) => bytes.subarray(below(bytes.length)),
  // Bytes come in.
  (bytes, _, below) => {
    const at = below(bytes.length)
    const inserted = Buffer.from(Array.from({ length: 1 + below(64) }, () => below(256)))
    return Buffer.concat([bytes.subarray(0, at), inserted, bytes.subarray(at)])
  },
  // A part stands twice, or often.
  (bytes, _, below) => {
    const at = below(bytes.length)
    const part = bytes.subarray(at, at + 1 + below(2000))
    return Buffer.concat([bytes.subarray(0, at), ...Array.from({ length: 1 + below(50) }, () => part), bytes.subarray(at)])
  },
  // A part is gone.
  (bytes, _, below) => {
    const at = below(bytes.length)
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(1000))])
  },
  // The head of one, the tail of another.
  (bytes, other, below) => Buffer.concat([bytes.subarray(0, below(bytes.length)), other.subarray(below(other.length))]),
]

/** One to three mutations of a real file. */
export function mutate(bytes: Buffer, other: Buffer, below: Below): Buffer {
  let changed = bytes
  for (let n = 1 + below(3); n > 0 && changed.length > 0; n--) {
    changed = (MUTATIONS[below(MUTATIONS.length)] as (typeof MUTATIONS)[number])(changed, other, below)
  }
  return changed
}
