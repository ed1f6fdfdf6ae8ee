import Table from 'cli-table3'
import type { Terminal } from '../core/ports/command.ts'
import type { Output } from './output.ts'
import { createProgress } from './progress.ts'

/** Lines between rows cost half of the screen and separate nothing. */
const BORDERS = { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' }

export function createTerminal(to: { readonly json: boolean; readonly stdout: Output; readonly stderr: Output }): Terminal {
  const { json, stdout, stderr } = to
  return {
    json,
    print(text) {
      if (!json) stdout.write(`${text}\n`)
    },
    printJson(value) {
      stdout.write(`${JSON.stringify(value)}\n`)
    },
    warn(text) {
      stderr.write(`${text}\n`)
    },
    table(head, rows) {
      if (json) return
      const table = new Table({ head: [...head], style: { head: [], border: [] }, chars: BORDERS })
      table.push(...rows.map((row) => [...row]))
      stdout.write(`${table.toString()}\n`)
    },
    progress(label, total) {
      return createProgress(label, total, json ? 'silent' : stderr.isTTY === true ? 'bar' : 'lines', stderr)
    },
  }
}
