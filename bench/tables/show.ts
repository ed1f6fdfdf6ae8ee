import type { Terminal } from '../../src/core/ports/command.ts'
import type { Table } from './table.ts'

/** One JSON value for machines, tables for people. */
export function show(terminal: Terminal, result: unknown, tables: readonly Table[]): void {
  if (terminal.json) terminal.printJson(result)
  else for (const { head, rows } of tables) terminal.table(head, rows)
}
