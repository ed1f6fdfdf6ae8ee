import { AppError } from '../../src/core/errors.ts'
import { visibleText, type Visible } from './invisible.ts'
import type { ParsedSource } from './parse.ts'
import type { ParsedBlock } from './parsed.ts'

/**
 * A parsed document without characters that nobody sees (invisible.ts), with spans and page starts moved to where their text now stands, and a
 * warning that says how many there were. Rejects `invalid_document` where nothing is left.
 */
export function sanitise(source: ParsedSource): ParsedSource {
  const visible = visibleText(source.document.text)
  const title = visibleText(source.document.title)
  if (visible.removed.length === 0 && title.removed.length === 0) return source
  if (visible.text.trim() === '') throw new AppError('invalid_document', 'The document has no visible text')
  const moved = mover(visible.removed)
  const blocks = visible.removed.length === 0 ? source.blocks : source.blocks.map((block) => moveBlock(block, moved))
  return {
    document: { ...source.document, text: visible.text, title: title.text },
    blocks: blocks.filter(({ span }) => visible.text.slice(span.start, span.end).trim() !== ''),
    pageStarts: source.pageStarts.map(moved),
    warnings: [...source.warnings, ...warningsOf(visible, title)],
  }
}

function moveBlock(block: ParsedBlock, moved: (offset: number) => number): ParsedBlock {
  return {
    ...block,
    span: { start: moved(block.span.start), end: moved(block.span.end) },
    label: visibleText(block.label).text,
    headingPath: block.headingPath.map((label) => visibleText(label).text),
  }
}

/** Where an offset stands once the ranges are gone; one inside a range stands where the range was. */
function mover(removed: Visible['removed']): (offset: number) => number {
  const goneBefore = [0]
  for (const { start, end } of removed) goneBefore.push((goneBefore.at(-1) ?? 0) + end - start)
  return (offset) => {
    let [low, high] = [0, removed.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((removed[middle]?.start ?? 0) < offset) low = middle + 1
      else high = middle
    }
    const inside = Math.max(0, (removed[low - 1]?.end ?? 0) - offset)
    return offset - (goneBefore[low] ?? 0) + inside
  }
}

function warningsOf(...texts: readonly Visible[]): readonly string[] {
  const sum = (key: 'invisible' | 'bidirectional') => texts.reduce((total, each) => total + each[key], 0)
  const line = (count: number, kind: string) => (count === 0 ? [] : [`${count} ${kind} character${count === 1 ? '' : 's'} removed`])
  return [...line(sum('invisible'), 'invisible'), ...line(sum('bidirectional'), 'bidirectional control')]
}
