import { Readability } from '@mozilla/readability'
import { parseHTML } from 'linkedom'
import { AppError } from '../../src/core/errors.ts'
import type { Metadata } from '../../src/core/types.ts'

export interface Page {
  readonly title: string | null
  /** The main content. */
  readonly html: string
  readonly metadata: Metadata
}

/** What linkedom gives and this file uses of it; TypeScript's own DOM types would put a browser's globals everywhere. */
interface Dom {
  readonly documentElement: { readonly outerHTML: string }
  readonly body: DomElement
  querySelector(selector: string): DomElement | null
  querySelectorAll(selector: string): Iterable<DomElement>
}
interface DomElement {
  readonly innerHTML: string
  readonly textContent: string | null
  readonly parentElement: DomElement | null
  readonly firstElementChild: DomElement | null
  readonly nextElementSibling: DomElement | null
  getAttribute(name: string): string | null
  remove(): void
}

const NOISE = 'script, style, noscript, template, iframe, frameset, object, svg, canvas, link, meta, title'
const SURROUNDINGS = 'nav, aside, footer, [role="navigation"], [role="search"], [hidden], button, input, select'
/** What a page does not show is nobody's content, and a place to put words that are meant for machines. */
const HIDDEN = '[style*="display" i], [style*="visibility" i], [style*="font-size" i], [style*="opacity" i]'
const HIDES =
  /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|(?:font-size|opacity)\s*:\s*0(?:\.0*)?(?:px|em|rem|pt|%)?\s*(?:;|!|$))/iu

/**
 * A page without its surroundings: what it marks as its main content, otherwise what Readability finds, otherwise the whole body. The parts
 * that say of themselves that they are navigation, script or form are left out in any case. Rejects `invalid_document` for one nested too deeply.
 */
export function mainContent(html: string, depth: number): Page {
  const dom = open(html)
  if (depthOf(dom.body) > depth) throw new AppError('invalid_document', 'The HTML is nested too deeply to be parsed')
  const title = squeeze(dom.querySelector('h1')?.textContent ?? dom.querySelector('title')?.textContent)
  const metadata = metaTags(dom)
  for (const each of [...dom.querySelectorAll(NOISE), ...dom.querySelectorAll(SURROUNDINGS)]) each.remove()
  for (const each of dom.querySelectorAll(HIDDEN)) if (HIDES.test(each.getAttribute('style') ?? '')) each.remove()
  const withText = (selector: string) => [...dom.querySelectorAll(selector)].filter(({ textContent }) => visibleLength(textContent) > 0)
  const [main] = withText('main, [role="main"]')
  const [only, ...others] = withText('article')
  const marked = main ?? (others.length === 0 ? only : undefined)
  return { title, html: marked?.innerHTML ?? article(dom) ?? dom.body.innerHTML, metadata }
}

/** An article with less of the page's text than this has missed the content. */
const ARTICLE_SHARE = 0.5
/** Readability takes time with the square of elements and depth: a page beyond is taken whole. */
const ARTICLE_ELEMENTS = 2000
const ARTICLE_DEPTH = 64

function article(dom: Dom): string | null {
  if ([...dom.querySelectorAll('*')].length > ARTICLE_ELEMENTS || depthOf(dom.body) > ARTICLE_DEPTH) return null
  const found = readArticle(dom.documentElement.outerHTML)
  const isWhole = visibleLength(found?.textContent) >= ARTICLE_SHARE * visibleLength(dom.body.textContent)
  return isWhole ? (found?.content ?? null) : null
}

/** Readability fails with a TypeError on some broken pages: such a page is taken whole. */
function readArticle(html: string) {
  try {
    return new Readability<string>(open(html), { keepClasses: true }).parse()
  } catch {
    return null
  }
}

/** Levels of elements, without recursion: a page may have as many as it has tags. */
function depthOf(root: DomElement): number {
  let [deepest, depth] = [0, 1]
  for (let each: DomElement | null = root; each !== null;) {
    deepest = Math.max(deepest, depth)
    let next: DomElement | null = each.firstElementChild
    if (next !== null) depth++
    for (; next === null && each !== null && each !== root; each = each.parentElement) {
      next = each.nextElementSibling
      if (next === null) depth--
    }
    each = next
  }
  return deepest
}

/** linkedom adds no tag that a page may leave out: it gets the frame of one. */
function open(html: string): Dom {
  const page =
    /<html[\s>]/iu.test(html) && /<body[\s>]/iu.test(html) ? html : `<!doctype html><html><head></head><body>${html}</body></html>`
  const window = parseHTML(page) as unknown as { readonly document: Dom }
  return window.document
}

/** Metadata by the names under which pages have it, best first. */
const META: Readonly<Record<string, readonly string[]>> = {
  description: ['meta[name="description"]', 'meta[property="og:description"]'],
  keywords: ['meta[name="keywords"]'],
  author: ['meta[name="author"]', 'meta[property="article:author"]'],
  date: ['meta[property="article:published_time"]', 'meta[name="date"]', 'meta[name="dcterms.date"]'],
}

function metaTags(dom: Dom): Metadata {
  const entries = Object.entries(META).flatMap(([name, selectors]) => {
    const values = selectors.map((selector) => squeeze(dom.querySelector(selector)?.getAttribute('content')))
    const value = values.find((each) => each !== null)
    return value === undefined ? [] : [[name, value] as const]
  })
  return Object.fromEntries(entries)
}

function squeeze(text: string | null | undefined): string | null {
  const squeezed = (text ?? '').replace(/\s+/gu, ' ').trim()
  return squeezed === '' ? null : squeezed
}

function visibleLength(text: string | null | undefined): number {
  return (text ?? '').replace(/\s+/gu, '').length
}
