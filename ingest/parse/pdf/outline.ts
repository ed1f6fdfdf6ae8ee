import type { Pdf } from './open-pdf.ts'

/** Depth, from 0, of each title of the outline, its words compared without numbers and case. */
export type Outline = ReadonlyMap<string, number>

/** Titles beyond these are not looked at. */
const MOST_TITLES = 5000
const DEEPEST = 5

export async function outlineOf(pdf: Pdf): Promise<Outline> {
  const titles = new Map<string, number>()
  type Node = Awaited<ReturnType<Pdf['getOutline']>>[number]
  let level: readonly Node[] = (await pdf.getOutline().catch(() => null)) ?? []
  for (let depth = 0; depth <= DEEPEST && level.length > 0 && titles.size < MOST_TITLES; depth++) {
    for (const { title } of level) {
      const key = outlineKey(title)
      if (key !== '' && !titles.has(key)) titles.set(key, depth)
    }
    level = level.flatMap(({ items }) => items as readonly Node[])
  }
  return titles
}

/** `1.2 Metric  Spaces` is `metric spaces`. */
export function outlineKey(text: string): string {
  return text
    .replace(/^\s*(?:(?:chapter|section|part)\s+)?(?:\d+(?:\.\d+)*|[IVXLC]+\.|[A-Z]\.)\.?\s+/iu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
    .toLowerCase()
}
