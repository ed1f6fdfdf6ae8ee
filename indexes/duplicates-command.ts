import type { Command, CommandInput, CommandTools, ExitCode } from '../src/core/ports/command.ts'
import { INDEX_ARGUMENT, indexRoute } from './index-route.ts'

interface WireAmount {
  readonly chunks: number
  readonly tokens: number
}

interface WireSource extends WireAmount {
  readonly source: string
  readonly documents: number
  readonly exact: WireAmount
  readonly near: WireAmount
  readonly boilerplate: WireAmount
  readonly redundant_share: number
}

interface WireReport {
  readonly total: WireSource
  readonly sources: readonly WireSource[]
  readonly groups: readonly (WireAmount & { readonly text: string; readonly documents: readonly string[] })[]
}

const TEXT_SHOWN = 60

export const duplicatesCommand: Command = {
  name: 'duplicates',
  summary: 'How much of an index is redundant: the same text, nearly the same, boilerplate; by source',
  arguments: [INDEX_ARGUMENT],
  options: [],
  examples: ['ration index duplicates docs', 'ration index duplicates docs --json'],
  run,
}

async function run(input: CommandInput, tools: CommandTools): Promise<ExitCode> {
  const { terminal } = tools
  const report = (await (await tools.api()).request('GET', indexRoute(input, '/duplicates'))) as WireReport
  if (terminal.json) {
    terminal.printJson(report)
    return 0
  }
  terminal.table(
    ['source', 'documents', 'chunks', 'tokens', 'same', 'nearly the same', 'boilerplate', 'redundant'],
    [...report.sources, { ...report.total, source: 'all' }].map(rowOf),
  )
  if (report.groups.length === 0) return 0
  terminal.table(
    ['chunks', 'tokens each', 'text', 'documents'],
    report.groups.map(({ chunks, tokens, text, documents }) => [String(chunks), String(tokens), shortened(text), documents.join(', ')]),
  )
  return 0
}

function rowOf({ source, documents, chunks, tokens, exact, near, boilerplate, redundant_share }: WireSource): readonly string[] {
  const share = (kind: WireAmount): string => percent(tokens === 0 ? 0 : kind.tokens / tokens)
  return [
    source === '' ? '(no source)' : source,
    ...[documents, chunks, tokens].map(String),
    share(exact),
    share(near),
    share(boilerplate),
    percent(redundant_share),
  ]
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

const shortened = (text: string): string => {
  const line = text.replace(/\s+/gu, ' ').trim()
  return line.length > TEXT_SHOWN ? `${line.slice(0, TEXT_SHOWN).trimEnd()}…` : line
}
