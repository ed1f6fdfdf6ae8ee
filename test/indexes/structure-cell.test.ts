import fc from 'fast-check'
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { structureCell, structureOf } from '../../indexes/structure-cell.ts'
import type { BlockKind, LabelledBlock } from '../../src/core/types.ts'

const kinds: readonly BlockKind[] = ['heading', 'paragraph', 'list', 'table', 'code', 'quote', 'other']
const block: fc.Arbitrary<LabelledBlock> = fc
  .record({
    kind: fc.constantFrom(...kinds),
    start: fc.nat(1_000_000),
    length: fc.nat(10_000),
    level: fc.nat(6),
    headingPath: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
    label: fc.string({ unit: 'grapheme' }),
  })
  .map(({ start, length, ...rest }) => ({ ...rest, span: { start, end: start + length } }))

test('the structure of a document comes back as it was stored', () => {
  fc.assert(
    fc.property(fc.record({ blocks: fc.array(block), pageStarts: fc.array(fc.nat()) }, { noNullPrototype: true }), (structure) => {
      assert.deepEqual(structureOf(structureCell(structure)), structure)
    }),
  )
})

test('a heading path that many blocks share is stored once', () => {
  const one: LabelledBlock = {
    kind: 'paragraph',
    span: { start: 0, end: 1 },
    level: 0,
    headingPath: ['A long heading of the section'],
    label: '',
  }
  const cell = structureCell({ blocks: Array.from({ length: 50 }, () => one), pageStarts: [] })
  assert.equal(cell.split('A long heading').length, 2)
})
