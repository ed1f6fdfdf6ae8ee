import { oneLine } from './line.ts'
import { citationMark, type ItemHead } from './template.ts'

/** The line above an item: its citation mark, the heading, and dots where something before it was left out. */
export function markLine({ citation, heading, excerpt }: ItemHead): string {
  const parts = [citationMark(citation), oneLine(heading), excerpt ? '…' : '']
  return `${parts.filter((part) => part !== '').join(' ')}\n`
}
