import { outlineLevels } from './outline-levels.ts'

/** Mammoth's own rules come after these. The names are those that `knownStyles` gives. */
export const STYLE_MAP: readonly string[] = [
  ...[1, 2, 3, 4, 5, 6].map((level) => `p[style-name='Ration Heading ${level}'] => h${level}:fresh`),
  "p[style-name='Ration Code'] => pre > code:separator('\\n')",
  "r[style-name='Ration Literal'] => code",
]

/** What mammoth hands to a transformation, as far as it is used here. */
interface Element {
  readonly type: string
  readonly styleId?: string | null
  readonly styleName?: string | null
  readonly children?: readonly Element[]
}

/**
 * Gives paragraphs and runs a style that the map knows, by what their own style says: the level of an outline, or a name that people give to
 * headings, listings and literals.
 */
export function knownStyles(stylesXml: string): (document: Element) => Element {
  const levels = outlineLevels(stylesXml)
  const known = (element: Element): Element => {
    const children = element.children === undefined ? {} : { children: element.children.map(known) }
    return { ...element, ...children, ...styleOf(element, levels) }
  }
  return known
}

function styleOf({ type, styleId, styleName }: Element, levels: ReadonlyMap<string, number>): Pick<Element, 'styleName'> {
  const name = styleName ?? ''
  if (type === 'run') return LITERAL.test(name) ? { styleName: 'Ration Literal' } : {}
  if (type !== 'paragraph') return {}
  if (CODE.test(name) && !NO_CODE.test(name)) return { styleName: 'Ration Code' }
  const level = levels.get(styleId ?? '') ?? headingOf(name)
  return level === null ? {} : { styleName: `Ration Heading ${level}` }
}

const CODE = /^(?:code|source|listing|(?:html )?preformatted|verbatim|console|terminal|macro text)/iu
const NO_CODE = /caption|label|annotation|title|head/iu
const LITERAL = /^(?:literal|code|source text|verbatim|html code)/iu

/** Publishers name the title of a chapter as such, and headings below it A, B and C. */
function headingOf(name: string): number | null {
  const letter = /^head(?:ing)? ?([A-E])(?:number)?$/iu.exec(name)?.[1]
  if (letter !== undefined) return 'abcde'.indexOf(letter.toLowerCase()) + 2
  return /^(?:(?:chapter|appendix|book|document|part) ?)?title$/iu.test(name) ? 1 : null
}
