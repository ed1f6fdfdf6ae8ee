import gfmPlugin from '@joplin/turndown-plugin-gfm'
import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import TurndownService from 'turndown'
import { AppError } from '../../src/core/errors.ts'
import type { Metadata } from '../../src/core/types.ts'
import { normaliseLineEndings } from './line-endings.ts'
import { firstTitle, markdownBlocks } from './markdown.ts'
import type { ParsedContent } from './parsed.ts'

/** The main content of a page as Markdown; navigation, scripts and styles go, tables and code stay. Its Markdown is the stored text. */
export function parseHtml(content: string): ParsedContent {
  try {
    const page = readPage(normaliseLineEndings(content))
    const text = toMarkdown(page.html)
    const blocks = markdownBlocks(text)
    return { text, blocks, title: page.title ?? firstTitle(blocks), metadata: page.metadata }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    throw new AppError('invalid_document', 'The HTML is nested too deeply to be parsed', {}, { cause: error })
  }
}

interface Page {
  readonly title: string | null
  readonly html: string
  readonly metadata: Metadata
}

/** What linkedom gives and this file uses of it; TypeScript's own DOM types would put a browser's globals everywhere. */
interface Dom {
  readonly body: DomElement
  querySelector(selector: string): DomElement | null
  querySelectorAll(selector: string): Iterable<DomElement>
}
interface DomElement {
  readonly innerHTML: string
  readonly textContent: string | null
  getAttribute(name: string): string | null
  remove(): void
}

const NOISE = 'script, style, noscript, template, iframe, object, svg, canvas, link, meta, head'
const SURROUNDINGS = 'nav, aside, footer, [role="navigation"], [role="search"], [hidden], button, input, select'

/** An article with less of the page's text than this has missed the content. */
const ARTICLE_SHARE = 0.5

function readPage(html: string): Page {
  const dom = open(html)
  const title = squeeze(dom.querySelector('h1')?.textContent ?? dom.querySelector('title')?.textContent)
  const metadata = metaTags(dom)
  const article = new Readability<string>(open(html), { keepClasses: true }).parse()
  for (const each of [...dom.querySelectorAll(NOISE), ...dom.querySelectorAll(SURROUNDINGS)]) each.remove()
  const main = dom.querySelector('main, [role="main"]') ?? dom.querySelector('article') ?? dom.body
  const found = visibleLength(article?.textContent)
  const isArticle = found > 0 && found >= ARTICLE_SHARE * visibleLength(main.textContent)
  return { title, html: isArticle ? (article?.content ?? '') : main.innerHTML, metadata }
}

/** linkedom leaves a fragment without a body: it gets the frame of a page. */
function open(html: string): Dom {
  const page = /<body[\s>]/iu.test(html) ? html : `<!doctype html><html><head></head><body>${html}</body></html>`
  const window = parseHTML(page) as unknown as { readonly document: Dom }
  return window.document
}

function metaTags(dom: Dom): Metadata {
  const entries = ['description', 'keywords', 'author'].flatMap((name) => {
    const value = squeeze(dom.querySelector(`meta[name="${name}"]`)?.getAttribute('content'))
    return value === null ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

function toMarkdown(html: string): string {
  const service = new TurndownService({ headingStyle: 'atx', codeBlockStyle: 'fenced', bulletListMarker: '-', hr: '---' })
  service.use(gfmPlugin.gfm)
  service.remove(['script', 'style', 'noscript', 'template', 'iframe'] as never)
  return html.trim() === '' ? '' : service.turndown(html)
}

function squeeze(text: string | null | undefined): string | null {
  const squeezed = (text ?? '').replace(/\s+/gu, ' ').trim()
  return squeezed === '' ? null : squeezed
}

function visibleLength(text: string | null | undefined): number {
  return (text ?? '').replace(/\s+/gu, '').length
}
