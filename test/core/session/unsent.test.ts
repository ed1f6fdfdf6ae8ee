import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { ChunkId, DocumentId } from '../../../src/core/ids.ts'
import { sliceOf, unsentRuns } from '../../../src/core/session/unsent.ts'
import type { Chunk } from '../../../src/core/types.ts'

test('what was not sent stands between what was', () => {
  assert.deepEqual(unsentRuns(5, []), [{ from: 0, to: 5 }])
  assert.deepEqual(unsentRuns(5, [{ from: 1, to: 3 }]), [
    { from: 0, to: 1 },
    { from: 3, to: 5 },
  ])
  assert.deepEqual(unsentRuns(3, [{ from: 0, to: 3 }]), [])
})

const chunkOf = (sentences: readonly string[]): Chunk => {
  const text = sentences.join('')
  let end = 0
  return {
    id: 'c' as ChunkId,
    doc: 'd' as DocumentId,
    ordinal: 3,
    previous: 'b' as ChunkId,
    next: 'e' as ChunkId,
    gap: '\n',
    title: 'T',
    uri: null,
    headingPath: [],
    pages: null,
    span: { start: 100, end: 100 + text.length },
    text,
    textHash: 'h',
    sentences: sentences.map((sentence) => ({ start: end, end: (end += sentence.length) })),
    sentenceTokens: { o200k_base: sentences.map(() => 1) },
    metadata: {},
  }
}

test('a run of a chunk is a chunk: its text is its span, its sentences cover it', () => {
  const sentence = fc
    .tuple(
      fc.constantFrom(' ', '\n\n', '  '),
      fc.string({ minLength: 1, maxLength: 8 }).filter((text) => text.trim() === text),
    )
    .map((both) => both.join(''))
  fc.assert(
    fc.property(fc.array(sentence, { minLength: 1, maxLength: 6 }), fc.nat(5), fc.nat(5), (all, a, b) => {
      const chunk = chunkOf([all[0]?.trim() ?? 'x', ...all.slice(1)])
      const from = Math.min(a, b, all.length - 1)
      const to = Math.min(Math.max(a, b), all.length - 1) + 1
      const slice = sliceOf(chunk, { from, to })
      assert.equal(slice.text, chunk.text.slice(slice.span.start - 100, slice.span.end - 100))
      assert.equal(slice.text, slice.text.trimStart())
      assert.equal(slice.sentences.length, to - from)
      assert.equal(slice.sentences.map(({ start, end }) => slice.text.slice(start, end)).join(''), slice.text)
    }),
  )
})

test('the whole of a chunk is the chunk', () => {
  const chunk = chunkOf(['a', ' b'])
  assert.equal(sliceOf(chunk, { from: 0, to: 2 }), chunk)
})
