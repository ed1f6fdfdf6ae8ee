import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchesByLength } from '../../src/models/batches.ts'
import { pool, toUnitLength } from '../../src/models/pooling.ts'

const encoded = (ids: readonly number[], types: readonly number[] | null = null) => ({ ids, types, cut: false })

test('batches are sorted by length, padded to their longest, and lose nothing', () => {
  const [first, second] = [...batchesByLength([encoded([7, 8, 9]), encoded([5]), encoded([1, 2], [0, 1])], 2, 99)]
  assert.deepEqual(first, {
    origin: [1, 2],
    lengths: [1, 2],
    rows: 2,
    width: 2,
    ids: new BigInt64Array([5n, 99n, 1n, 2n]),
    mask: new BigInt64Array([1n, 0n, 1n, 1n]),
    types: new BigInt64Array([0n, 0n, 0n, 1n]),
  })
  assert.deepEqual(second?.ids, new BigInt64Array([7n, 8n, 9n]))
  fc.assert(
    fc.property(fc.array(fc.array(fc.nat(30_000), { minLength: 1, maxLength: 6 })), fc.integer({ min: 1, max: 5 }), (texts, size) => {
      const batches = [...batchesByLength(texts.map((ids) => encoded(ids)), size, 0)]
      assert.deepEqual(
        batches.flatMap((batch) => batch.origin).toSorted((a, b) => a - b),
        texts.map((_, i) => i),
      )
      for (const { origin, width, ids, mask, rows } of batches) {
        assert.ok(rows <= size)
        origin.forEach((from, row) => {
          const kept = [...ids.subarray(row * width, (row + 1) * width)].filter((_, i) => mask[row * width + i] === 1n)
          assert.deepEqual(kept.map(Number), texts[from])
        })
      }
    }),
  )
})

test('pooling takes the mean over the text or its first token, never the padding', () => {
  // Two rows of three tokens of two dimensions; of the second row two tokens are real: (3, 0) and (1, 4), whose mean is (2, 2).
  const hidden = new Float32Array([9, 9, 9, 9, 9, 9, 3, 0, 1, 4, 100, 100])
  const mean = new Float32Array(2)
  pool(hidden, 6, 2, 2, 'mean', mean)
  toUnitLength(mean)
  assert.deepEqual([...mean], [...new Float32Array([Math.SQRT1_2, Math.SQRT1_2])])
  const first = new Float32Array(2)
  pool(hidden, 6, 2, 2, 'cls', first)
  toUnitLength(first)
  assert.deepEqual([...first], [1, 0])
})

test('a vector without direction gets one', () => {
  const nothing = new Float32Array(4)
  toUnitLength(nothing)
  assert.deepEqual([...nothing], [0.5, 0.5, 0.5, 0.5])
})
