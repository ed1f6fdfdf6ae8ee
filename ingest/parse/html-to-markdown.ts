import TurndownService from 'turndown'

/** HTML as Markdown. Tables are rules of our own: the usual plug-in takes minutes for 5,000 rows, these take time in proportion. */
export function htmlToMarkdown(html: string): string {
  if (html.trim() === '') return ''
  const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-', hr: '---' })
  service.remove(['script', 'style', 'noscript', 'iframe'])
  service.addRule('cell', { filter: ['td', 'th'], replacement: (content) => `| ${cell(content)} ` })
  service.addRule('row', { filter: 'tr', replacement: (content) => `\n${content}|\n` })
  service.addRule('rows', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content })
  service.addRule('table', { filter: 'table', replacement: table })
  service.addRule('fragment', { filter: (node) => isFragmentLink(node), replacement: fragmentLink })
  return service.turndown(html)
}

/** Links inside a page lead nowhere in a text that is cut into passages. */
const isFragmentLink = (node: { readonly nodeName: string; getAttribute(name: string): string | null }): boolean =>
  node.nodeName === 'A' && node.getAttribute('href')?.startsWith('#') === true

/** Their words stay, their marks do not; the number of a note stands in brackets. */
function fragmentLink(content: string): string {
  return content.replace(/^\s*[#¶§↑↩︎]*\s*$/u, '').replace(/^\\\[(\d+)\\\]$/u, '[$1]')
}

function cell(content: string): string {
  return content.replace(/\s+/gu, ' ').trim().replaceAll('|', '\\|')
}

/** The first row is the header: Markdown has no table without one. A caption and other text stays above. */
function table(content: string): string {
  const lines = content.split('\n').filter((line) => line.trim() !== '')
  const first = lines.findIndex((line) => line.startsWith('|'))
  if (first === -1) return `\n\n${lines.join('\n')}\n\n`
  const cells = (lines[first] ?? '').split(/(?<!\\)\|/u).length - 2
  const above = lines.slice(0, first).flatMap((line) => [line, ''])
  return `\n\n${[...above, lines[first], `${'| --- '.repeat(cells)}|`, ...lines.slice(first + 1)].join('\n')}\n\n`
}
