/** Every bit of the result depends on every bit of `value`: the finalizer of MurmurHash3 (Appleby 2011). Unsigned. */
export function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
