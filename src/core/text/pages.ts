import type { Pages, Span } from '../types.ts'

/** The pages that a span stands on, given where each page begins; null for a document without pages. */
export function pagesOf(pageStarts: readonly number[], { start, end }: Span): Pages | null {
  return pageStarts.length === 0 ? null : [pageAt(pageStarts, start), pageAt(pageStarts, Math.max(start, end - 1))]
}

/** The last page, from 1, that begins at or before the offset: pages without text begin where the next one does. */
function pageAt(pageStarts: readonly number[], offset: number): number {
  let [low, high] = [0, pageStarts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((pageStarts[middle] ?? 0) <= offset) low = middle + 1
    else high = middle
  }
  return Math.max(1, low)
}

/** From the first page of any to the last of any; null where none has pages. */
export function unitedPages(all: readonly (Pages | null)[]): Pages | null {
  const known = all.filter((each) => each !== null)
  return known.length === 0 ? null : [Math.min(...known.map(([first]) => first)), Math.max(...known.map(([, last]) => last))]
}

/** The address of a passage: viewers of PDF open a page by its fragment (RFC 8118). An address that has a fragment stays. */
export function pageUri(uri: string | null, pages: Pages | null): string | null {
  return uri === null || pages === null || uri.includes('#') ? uri : `${uri}#page=${pages[0]}`
}
