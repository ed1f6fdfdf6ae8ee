import type { Terminal } from '../../src/core/ports/command.ts'
import type { LoadReport } from './report.ts'

/** On a terminal; all of them are counted, and the report names more. */
const PRINTED_FAILURES = 20
const PRINTED_WARNED = 5

export const NOTHING_FOUND = 'No document was found: check the paths, and that patterns stand in quotes.'

/** The end of a load for people: counts, rate, cost, which documents failed and why, and which have warnings. */
export function printSummary(terminal: Terminal, report: LoadReport): void {
  const { documents, removed, redundant_chunks: redundant } = report
  if (report.dry_run) terminal.print('Nothing was changed; this is what would happen:')
  const total = documents.new + documents.changed + documents.unchanged + documents.failed
  const columns: readonly (readonly [head: string, value: string | number])[] = [
    ['documents', total],
    ['new', documents.new],
    ['changed', documents.changed],
    ['unchanged', documents.unchanged],
    ['failed', documents.failed],
    ...(removed === null ? [] : [['gone', removed] as const]),
    ['chunks', report.chunks],
    // A dry run compares nothing.
    ...(report.dry_run ? [] : [['duplicates', redundant.exact] as const]),
    ...(redundant.near > 0 ? [['near', redundant.near] as const] : []),
    ...(redundant.boilerplate > 0 ? [['boilerplate', redundant.boilerplate] as const] : []),
    ['cached', report.cached_chunks],
    ['tokens', report.embed_tokens],
    ...(report.cost_usd > 0 ? [['USD', report.cost_usd.toFixed(4)] as const] : []),
    ['seconds', (report.ms / 1000).toFixed(1)],
    ['chunks/s', report.chunks_per_second],
  ]
  terminal.table(
    columns.map(([head]) => head),
    [columns.map(([, value]) => String(value))],
  )
  if (report.cut_chunks > 0) terminal.print(`${report.cut_chunks} chunks were longer than the encoder reads; it saw their beginning.`)
  printFailures(terminal, report)
  printWarnings(terminal, report)
  if (total === 0 && !report.interrupted) terminal.warn(NOTHING_FOUND)
  if (report.prune_refused !== null) terminal.warn(`Nothing was removed: ${report.prune_refused}`)
}

function printFailures(terminal: Terminal, { documents, failed_by_code, failures }: LoadReport): void {
  if (documents.failed === 0) return
  const reasons = Object.entries(failed_by_code).map(([code, count]) => `${count} ${code}`)
  terminal.warn(`${documents.failed} documents failed (${reasons.join(', ')}):`)
  const printed = failures.slice(0, PRINTED_FAILURES)
  for (const { id, code, message } of printed) terminal.warn(`  ${id}: ${code}: ${message}`)
  if (documents.failed > printed.length) terminal.warn(`  … and ${documents.failed - printed.length} more`)
}

function printWarnings(terminal: Terminal, { warned, warnings }: LoadReport): void {
  if (warned === 0) return
  terminal.warn(`${warned} ${warned === 1 ? 'document has' : 'documents have'} warnings:`)
  const printed = warnings.slice(0, PRINTED_WARNED)
  for (const { id, messages } of printed) terminal.warn(`  ${id}: ${messages.join('; ')}`)
  if (warned > printed.length) terminal.warn(`  … and ${warned - printed.length} more`)
}
