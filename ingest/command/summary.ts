import type { Terminal } from '../../src/core/ports/command.ts'
import type { ReportLine } from './answer.ts'
import type { Failures } from './failures.ts'

/** The end of a load for people: counts, rate, and which documents failed and why. */
export function printSummary(terminal: Terminal, report: ReportLine, failures: Failures): void {
  const { documents } = report
  const rate = report.ms > 0 ? Math.round((report.embedded_chunks * 1000) / report.ms) : 0
  terminal.table(
    ['documents', 'new', 'changed', 'unchanged', 'failed', 'chunks', 'duplicates', 'tokens', 'seconds', 'chunks/s'],
    [
      [
        documents.new + documents.changed + documents.unchanged + documents.failed,
        documents.new,
        documents.changed,
        documents.unchanged,
        documents.failed,
        report.chunks,
        report.duplicate_chunks,
        report.embed_tokens,
        (report.ms / 1000).toFixed(1),
        rate,
      ].map(String),
    ],
  )
  if (report.cut_chunks > 0) terminal.print(`${report.cut_chunks} chunks were longer than the encoder reads; it saw their beginning.`)
  printFailures(terminal, failures)
}

export function printFailures(terminal: Terminal, failures: Failures): void {
  if (failures.count === 0) return
  const reasons = [...failures.byCode].map(([code, count]) => `${count} ${code}`).join(', ')
  terminal.warn(`${failures.count} documents failed (${reasons}):`)
  for (const { id, code, message } of failures.first) terminal.warn(`  ${id}: ${code}: ${message}`)
  if (failures.count > failures.first.length) terminal.warn(`  … and ${failures.count - failures.first.length} more`)
}
