/** What a terminal and a Markdown page both can show. */
export interface Table {
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

/** GitHub-flavoured; the first column is text, the others are numbers and stand right. */
export function markdownTable({ head, rows }: Table): string {
  const rule = head.map((_, index) => (index === 0 ? '---' : '---:'))
  return [head, rule, ...rows].map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`).join('\n')
}

const escapeCell = (cell: string): string => cell.replaceAll('\\', '\\\\').replaceAll('|', '\\|').replaceAll('\n', ' ')

/** A figure between 0 and 1 to three places; what was not measured is a dash. */
export const figure = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(3))

export const milliseconds = (value: number | undefined): string => (value === undefined ? '–' : value.toFixed(value < 10 ? 1 : 0))

export const percent = (value: number | undefined): string => (value === undefined ? '–' : `${(value * 100).toFixed(0)} %`)

export const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(3)}`
