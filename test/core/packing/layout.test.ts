import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { DocumentId } from '../../../src/core/ids.ts'
import { layOut } from '../../../src/core/packing/layout.ts'
import type { Unit, Variant } from '../../../src/core/packing/passage.ts'
import type { Chosen } from '../../../src/core/packing/selection.ts'
import { passage, unit } from './instances.ts'

/** A passage of three units of ten characters each (one of white space in front) from `start`, of which `[from, to)` are shown. */
function shown(name: string, doc: string, start: number, step: number, [from, to]: readonly [number, number] = [0, 3]): Chosen {
  const units = [0, 1, 2].map((at): Unit => ({
    ...unit(5, 0.5, at),
    lead: at === 0 ? 0 : 1,
    span: { start: start + 10 * at, end: start + 10 * at + 10 },
  }))
  const variant: Variant = { kind: 'sentences', from, to, tokens: 5 * (to - from) }
  return { passage: passage(name, units, { doc: doc as DocumentId, variants: [variant] }), variant, step, gain: 0, tokens: 0 }
}

/** What ends where the next begins, but for two characters, touches. */
function between({ passage: before }: Chosen, { passage: after }: Chosen): string | null {
  return (before.units.at(-1)?.span.end ?? 0) + 2 === after.units[0]?.span.start ? '\n\n' : null
}

const outline = (chosen: readonly Chosen[]) =>
  layOut(chosen, between).map(({ doc, items }) => [doc, ...items.map((item) => item.shown.map((each) => each.passage.chunk).join('+'))])

describe('layout', () => {
  it('orders documents by their first step and what stands under them by the document', () => {
    const chosen = [shown('late', 'x', 500, 2), shown('y', 'y', 0, 1), shown('first', 'x', 100, 3), shown('z', 'z', 0, 0)]
    assert.deepEqual(outline(chosen), [
      ['z', 'z'],
      ['y', 'y'],
      ['x', 'first', 'late'],
    ])
  })

  it('makes one item of passages that touch', () => {
    const chosen = [shown('b', 'x', 32, 0), shown('a', 'x', 0, 1), shown('c', 'x', 64, 2), shown('far', 'x', 200, 3)]
    assert.deepEqual(outline(chosen), [['x', 'a+b+c', 'far']])
    const item = layOut(chosen, between)[0]?.items[0]
    assert.deepEqual([item?.span, item?.joints], [{ start: 0, end: 94 }, ['\n\n', '\n\n']])
    assert.deepEqual(item?.excerpt, { starts: false, ends: false })
  })

  it('keeps them apart where one does not show the seam', () => {
    assert.deepEqual(outline([shown('a', 'x', 0, 0, [0, 2]), shown('b', 'x', 32, 1)]), [['x', 'a', 'b']])
    assert.deepEqual(outline([shown('a', 'x', 0, 0), shown('b', 'x', 32, 1, [1, 3])]), [['x', 'a', 'b']])
    assert.deepEqual(outline([shown('a', 'x', 0, 0, [1, 3]), shown('b', 'x', 32, 1, [0, 2])]), [['x', 'a+b']])
  })

  it('says where an item begins and ends inside a chunk; white space in front is none of it', () => {
    const document = layOut([shown('a', 'x', 0, 0, [1, 3]), shown('b', 'x', 32, 1, [0, 2])], between)[0]
    assert.deepEqual(document?.items[0]?.excerpt, { starts: true, ends: true })
    assert.deepEqual(document.items[0].span, { start: 11, end: 52 })
  })
})
