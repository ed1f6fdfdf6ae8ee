import TurndownService from 'turndown'
import { escapeText } from './escape-text.ts'

/** What this file uses of the nodes that turndown hands over; TypeScript's own DOM types would put a browser's globals everywhere. */
interface HtmlNode {
  readonly nodeName: string
  readonly textContent: string | null
  readonly parentNode: HtmlNode | null
  readonly firstChild: HtmlNode | null
  readonly nextSibling: HtmlNode | null
  getAttribute?(name: string): string | null
}

/** Turndown takes time with the square of white space without end, which says nothing. */
const SPACE = 400
const LONG_SPACE = new RegExp(`\\s{${SPACE},}`, 'gu')

/** HTML as Markdown. Tables are rules of our own: the usual plug-in takes minutes for 5,000 rows, these take time in proportion. */
export function htmlToMarkdown(html: string): string {
  if (html.trim() === '') return ''
  const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-', hr: '---' })
  service.escape = escapeText
  service.remove(['script', 'style', 'noscript', 'iframe'])
  service.addRule('cell', { filter: ['td', 'th'], replacement: (content) => `| ${cell(content)} ` })
  service.addRule('row', { filter: 'tr', replacement: (content) => `\n${content}|\n` })
  service.addRule('rows', { filter: ['thead', 'tbody', 'tfoot'], replacement: (content) => content })
  service.addRule('table', { filter: 'table', replacement: table })
  service.addRule('code', { filter: 'pre', replacement: (_, node: unknown) => codeBlock(node as HtmlNode) })
  const items = new Map<HtmlNode, number>()
  service.addRule('item', { filter: 'li', replacement: (content, node: unknown) => item(content, node as HtmlNode, items) })
  service.addRule('inlined', {
    filter: (node: unknown) => isInlined(node as HtmlNode),
    replacement: (_, node: unknown) => attribute(node as HtmlNode, 'alt'),
  })
  service.addRule('fragment', { filter: (node: unknown) => isFragmentLink(node as HtmlNode), replacement: fragmentLink })
  const lines = service.turndown(html.toWellFormed().replace(LONG_SPACE, (space) => space.slice(0, SPACE))).split('\n')
  return lines.map((line) => line.trimEnd()).join('\n')
}

const attribute = (node: HtmlNode | null, name: string): string => node?.getAttribute?.(name) ?? ''

/** The bytes of a picture are no text; what it shows may stand in words. */
const isInlined = (node: HtmlNode): boolean => node.nodeName === 'IMG' && /^\s*data:/iu.test(attribute(node, 'src'))

/** Links inside a page lead nowhere in a text that is cut into passages. */
const isFragmentLink = (node: HtmlNode): boolean => node.nodeName === 'A' && attribute(node, 'href').startsWith('#')

/** Their words stay, their marks do not. */
function fragmentLink(content: string): string {
  return content.replace(/^\s*[#¶§↑↩]*\s*$/u, '')
}

/** Whatever colours it inside, and whether or not it says that it is code. The fence is longer than any inside. */
function codeBlock(node: HtmlNode): string {
  const code = (node.textContent ?? '').replace(/\n$/u, '')
  if (code.trim() === '') return ''
  const classes = [node.firstChild, node, node.parentNode].map((each) => attribute(each, 'class')).join(' ')
  const language = /(?:^|[\s-])(?:language|lang|source)-([\w+#-]{1,20})/u.exec(classes)?.[1] ?? ''
  const longest = Math.max(2, ...[...code.matchAll(/`{3,}/gu)].map(([ticks]) => ticks.length))
  const fence = '`'.repeat(longest + 1)
  return `\n\n${fence}${language}\n${code}\n${fence}\n\n`
}

/** `items` counts those of each list so far. */
function item(content: string, node: HtmlNode, items: Map<HtmlNode, number>): string {
  const list = node.parentNode
  const before = list === null ? 0 : (items.get(list) ?? 0)
  if (list !== null) items.set(list, before + 1)
  const mark = list?.nodeName === 'OL' ? `${(Number.parseInt(attribute(list, 'start'), 10) || 1) + before}. ` : '- '
  const lines = content
    .trim()
    .replace(/\n{3,}/gu, '\n\n')
    .replace(/\n/gu, `\n${' '.repeat(mark.length)}`)
  return `${mark}${lines}${node.nextSibling === null ? '' : '\n'}`
}

/** A table has no room for a block of code. */
function cell(content: string): string {
  const code = content.replace(/`{3,}\S*\n([\s\S]*?)\n`{3,}/gu, '`$1`')
  return code.replace(/\s+/gu, ' ').trim().replaceAll('|', '\\|')
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
