import type { ParsedBlock, ParsedContent } from './parsed.ts'
import { normaliseLineEndings } from './line-endings.ts'

/** A block with more lines is parted at the definitions inside it. */
const LONG_LINES = 40
/** A longer line of definition says too much to stand in front of every piece. */
const LABEL_CHARACTERS = 120

/**
 * Source code as it stands, in blocks that begin at a blank line and at the margin: functions, classes, groups of statements. Long ones, such as a
 * class, are parted at what is defined inside them. Every block is labelled with the line that defines it, which later pieces of it carry as a heading.
 */
export function parseSourceCode(content: string): ParsedContent {
  const text = normaliseLineEndings(content)
  const lines = linesOf(text)
  const blocks = groups(lines, 0).flatMap((group) => partsOf(group, ''))
  return { text, blocks: blocks.map(({ lines: each, label }) => blockOf(each, label)), title: null, metadata: {} }
}

interface CodeLine {
  readonly start: number
  readonly end: number
  readonly text: string
  readonly indent: number
}

interface Part {
  readonly lines: readonly CodeLine[]
  readonly label: string
}

function linesOf(text: string): readonly CodeLine[] {
  let start = 0
  return text.split('\n').map((line) => {
    const each = { start, end: start + line.trimEnd().length, text: line.trim(), indent: line.length - line.trimStart().length }
    start += line.length + 1
    return each
  })
}

/** Runs of lines that begin behind a blank line at most this far in, and go on to the next such line. Blank lines at their ends are left out. */
function groups(lines: readonly CodeLine[], indent: number): readonly (readonly CodeLine[])[] {
  const found: CodeLine[][] = []
  let isBehindBlank = true
  for (const line of lines) {
    const isBlank = line.text === ''
    const last = found.at(-1)
    if (!isBlank && (last === undefined || (isBehindBlank && line.indent <= indent && !CLOSES.test(line.text)))) found.push([line])
    else last?.push(line)
    isBehindBlank = isBlank
  }
  return found.map((group) => group.slice(0, group.findLastIndex(({ text }) => text !== '') + 1))
}

/** A line that ends what stands above it. */
const CLOSES = /^(?:[)\]}]|end\b|else\b|elif\b|except\b|catch\b|finally\b)/u

function partsOf(lines: readonly CodeLine[], outer: string): readonly Part[] {
  const label = labelOf(lines, outer)
  const inner = lines.filter(({ text, indent }) => text !== '' && indent > (lines[0]?.indent ?? 0)).map(({ indent }) => indent)
  if (lines.length <= LONG_LINES || outer !== '' || inner.length === 0) return [{ lines, label }]
  const parts = groups(lines, Math.min(...inner))
  return parts.length < 2 ? [{ lines, label }] : parts.flatMap((part, at) => (at === 0 ? [{ lines: part, label }] : partsOf(part, label)))
}

function labelOf(lines: readonly CodeLine[], outer: string): string {
  const line = lines.find(({ text }) => DEFINES.test(text) || SIGNATURE.test(text))?.text ?? ''
  const own = line.replace(/\s*[{:(=]+\s*$/u, '')
  const label = outer === '' ? own : own === '' ? outer : `${outer} > ${own}`
  return label.length <= LABEL_CHARACTERS ? label : label.slice(0, LABEL_CHARACTERS).toWellFormed().trimEnd()
}

const DEFINES = new RegExp(
  `^(?:(?:export|default|public|private|protected|internal|static|async|abstract|final|sealed|override|pub(?:\\([a-z]+\\))?|unsafe|extern|inline|data|open)\\s+)*` +
    `(?:class|interface|struct|enum|trait|impl|fn|func|fun|function\\*?|def|module|namespace|type|const|let|var|val|object|protocol|extension|package|record|union|macro_rules!|create\\s+(?:or\\s+replace\\s+)?\\w+)\\b`,
  'iu',
)

/** `int main(void) {`, `handle(request) {`: no statement, since those end in a semicolon, and no word that begins one. */
const SIGNATURE =
  /^(?!(?:if|for|while|switch|return|else|do|try|catch|with|case)\b)[\w$][\w$<>[\]*&:,.\s~]{0,100}\([^;{}]{0,200}\)[^;=]{0,40}\{$/u

function blockOf(lines: readonly CodeLine[], label: string): ParsedBlock {
  const [first, last] = [lines[0], lines.at(-1)]
  const start = first?.start ?? 0
  return { kind: 'code', span: { start, end: last?.end ?? 0 }, level: 0, headingPath: [], label }
}
