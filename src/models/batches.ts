import type { EncodedText } from './text-encoder.ts'

/** Inputs of about the same length, padded to the longest: row-major `rows` × `width`. */
export interface Batch {
  /** Where each row came from in the list that was batched. */
  readonly origin: readonly number[]
  /** Tokens of each row before padding. */
  readonly lengths: readonly number[]
  readonly rows: number
  readonly width: number
  readonly ids: BigInt64Array<ArrayBuffer>
  readonly mask: BigInt64Array<ArrayBuffer>
  readonly types: BigInt64Array<ArrayBuffer>
}

/** Sorts by length, so that little is computed for padding, and yields batches of at most `size` rows (ties keep the given order). */
export function* batchesByLength(encoded: readonly EncodedText[], size: number, padId: number): Generator<Batch> {
  const order = encoded.map((_, i) => i).sort((a, b) => length(encoded, a) - length(encoded, b) || a - b)
  for (let start = 0; start < order.length; start += size) yield batch(encoded, order.slice(start, start + size), padId)
}

function batch(encoded: readonly EncodedText[], origin: readonly number[], padId: number): Batch {
  const lengths = origin.map((i) => length(encoded, i))
  const rows = origin.length
  const width = Math.max(...lengths)
  const ids = new BigInt64Array(rows * width)
  const mask = new BigInt64Array(rows * width)
  const types = new BigInt64Array(rows * width)
  // Token ids are below 2^31: the low word of each 64-bit number is written directly, no BigInt is made for it. The low word
  // comes first on every platform that ONNX Runtime has binaries for.
  const [idWords, maskWords, typeWords] = [new Int32Array(ids.buffer), new Int32Array(mask.buffer), new Int32Array(types.buffer)]
  origin.forEach((source, row) => {
    const text = encoded[source]
    for (let column = 0; column < width; column++) {
      const word = 2 * (row * width + column)
      const id = text?.ids[column]
      idWords[word] = id ?? padId
      maskWords[word] = id === undefined ? 0 : 1
      typeWords[word] = text?.types?.[column] ?? 0
    }
  })
  return { origin, lengths, rows, width, ids, mask, types }
}

const length = (encoded: readonly EncodedText[], i: number): number => encoded[i]?.ids.length ?? 0
