import { normaliseLineEndings } from './line-endings.ts'
import { parseMarkdown } from './markdown.ts'
import type { ParsedContent } from './parsed.ts'

/** MDX as Markdown: lines of program (`import`, `export`, tags of components alone on their line) are left out, what stands between them stays. */
export function parseMdx(content: string): ParsedContent {
  return parseMarkdown(withoutProgram(normaliseLineEndings(content)))
}

/** A statement or a tag that does not end within this many lines is taken for text. */
const STATEMENT_LINES = 100

function withoutProgram(text: string): string {
  const kept: string[] = []
  const all = text.split('\n')
  let fence: string | null = null
  for (let at = 0; at < all.length; at++) {
    const line = all[at] ?? ''
    const mark = /^\s*(`{3,}|~{3,})/u.exec(line)?.[1] ?? null
    if (fence === null ? mark !== null : mark?.startsWith(fence) === true) fence = fence === null ? mark : null
    const last = fence === null && mark === null ? endOfProgram(all, at) : null
    if (last === null) kept.push(line)
    else at = last
  }
  return kept.join('\n')
}

/** Index of the last line of the program that begins at line `at`; null where none begins. */
function endOfProgram(all: readonly string[], at: number): number | null {
  const line = all[at] ?? ''
  if (/^(?:import\s.+\sfrom\s|import\s*['"]|export\s+(?:default|const|let|function|\*|\{))/u.test(line)) {
    return lastLine(all, at, (each) => each.trim() === '', 1)
  }
  if (/^\s*<(?:[A-Z]|>|\/)/u.test(line) && !/<\/?[A-Z][^>]{0,400}>\s*\S/u.test(line))
    return lastLine(all, at, (each) => /\/?>\s*$/u.test(each), 0)
  return null
}

function lastLine(all: readonly string[], at: number, isEnd: (line: string) => boolean, back: number): number | null {
  for (let end = at; end < Math.min(all.length, at + STATEMENT_LINES); end++) if (isEnd(all[end] ?? '')) return end - back
  return all.length <= at + STATEMENT_LINES && back > 0 ? all.length - 1 : null
}
