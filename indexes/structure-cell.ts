import { invariant } from '../src/core/errors.ts'
import type { BlockKind, DocumentStructure } from '../src/core/types.ts'

/** Their places are stored, so new kinds come last. */
const KINDS: readonly BlockKind[] = ['heading', 'paragraph', 'list', 'table', 'code', 'quote', 'other']

/** Each heading path once, since many blocks share one; of a block kind, start, length, level, path and label. */
interface Cell {
  readonly paths: readonly (readonly string[])[]
  readonly blocks: readonly (readonly [kind: number, start: number, length: number, level: number, path: number, label: string])[]
  readonly pages: readonly number[]
}

export function structureCell({ blocks, pageStarts }: DocumentStructure): string {
  const places = new Map<string, number>()
  const placeOf = (path: readonly string[]): number => {
    const key = JSON.stringify(path)
    const place = places.get(key) ?? places.size
    places.set(key, place)
    return place
  }
  const cells = blocks.map(
    ({ kind, span, level, headingPath, label }) =>
      [KINDS.indexOf(kind), span.start, span.end - span.start, level, placeOf(headingPath), label] as const,
  )
  const cell: Cell = { paths: [...places.keys()].map((key) => JSON.parse(key) as string[]), blocks: cells, pages: pageStarts }
  return JSON.stringify(cell)
}

export function structureOf(text: string): DocumentStructure {
  const { paths, blocks, pages } = JSON.parse(text) as Cell
  return {
    blocks: blocks.map(([place, start, length, level, path, label]) => {
      const [kind, headingPath] = [KINDS[place], paths[path]]
      invariant(kind !== undefined && headingPath !== undefined, 'a stored block has a kind and a heading path')
      return { kind, span: { start, end: start + length }, level, headingPath, label }
    }),
    pageStarts: pages,
  }
}
