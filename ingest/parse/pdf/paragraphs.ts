import { headingSize, roundedSize } from './body-size.ts'
import { middle, type Line } from './layout.ts'
import { isListItem } from './list-item.ts'

/** How much further than usual two lines of one paragraph may stand apart, and how much their sizes may differ. */
const WIDE_LEADING = 1.3
const OTHER_SIZE = 0.12
/** In ems: further in than the margin is indented, and not as far as a centred line. */
const INDENT = [0.8, 5] as const
/** A line that ends this share of its column before the margin ends a paragraph: the one after a full stop, the other without. */
const SHORT_END = 0.12
const VERY_SHORT_END = 0.4

/** Lines in reading order, one list for each paragraph or list item. */
export function paragraphsOf(lines: readonly Line[], usual: Usual): readonly (readonly Line[])[] {
  const paragraphs: Line[][] = []
  for (const line of lines) {
    const open = paragraphs.at(-1)
    if (open === undefined || begins(open, line, usual)) paragraphs.push([line])
    else open.push(line)
  }
  return paragraphs
}

/** What the text of a document looks like. */
interface Usual {
  /** By size of letters. */
  readonly leading: ReadonlyMap<number, number>
  readonly headingSize: number
}

/** Of all the text of a document: what stands between two tables may be too little to tell. */
export const usualOf = (lines: readonly Line[]): Usual => ({ leading: leadings(lines), headingSize: headingSize(lines) })

/** The usual distance of baselines for each size of letters. */
function leadings(lines: readonly Line[]): Usual['leading'] {
  const gaps = new Map<number, number[]>()
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1]
    if (before === undefined || before.region !== line.region || roundedSize(before.size) !== roundedSize(line.size)) continue
    const key = roundedSize(line.size)
    gaps.set(key, [...(gaps.get(key)?.slice(-MOST_GAPS) ?? []), line.y - before.y])
  }
  return new Map([...gaps].map(([key, each]) => [key, middle(each)]))
}

/** More are not needed for a median. */
const MOST_GAPS = 200

function begins(open: readonly Line[], line: Line, usual: Usual): boolean {
  const last = open.at(-1) as Line
  if (isListItem(line.text) || / … [\p{L}\p{N}]{1,6}$/u.test(last.text)) return true
  const isOtherSize = Math.abs(line.size - last.size) > OTHER_SIZE * Math.max(line.size, last.size)
  if (last.region !== line.region) {
    const isElsewhere = line.page !== last.page || line.y < last.y
    return isOtherSize || !isElsewhere || !runsOn(last.text, line.text)
  }
  if (isOtherSize) return !/^\p{Ll}/u.test(line.text) || line.y - last.y > WIDE_LEADING * Math.max(line.size, last.size)
  const leading = Math.max(usual.leading.get(roundedSize(line.size)) ?? 0, line.size)
  if (line.y - last.y > WIDE_LEADING * leading) return true
  // The lines of a heading end where they like.
  return line.size < usual.headingSize && (isIndented(open, last, line) || endsShort(last, line))
}

/** Whether a paragraph goes on in the next column or on the next page. */
function runsOn(before: string, next: string): boolean {
  if (/[\p{L}\p{N}][-\u00AD]$/u.test(before)) return /^\p{L}/u.test(next)
  return !/[.!?:;…。]["'”’)\]]*$/u.test(before) && /^["'“(]?\p{Ll}/u.test(next)
}

/** The first line of a paragraph stands further in than the rest; the lines of a list item stand further in than its first. */
function isIndented(open: readonly Line[], last: Line, line: Line): boolean {
  if (line.isRtl || isListItem(open[0]?.text ?? '')) return false
  const [least, most] = INDENT
  const indent = (line.left - line.region.left) / line.size
  const before = (last.left - line.region.left) / line.size
  return indent > least && indent < most && before < least / 2
}

function endsShort(last: Line, line: Line): boolean {
  const { left, right } = last.region
  const rest = (last.isRtl ? last.left - left : right - last.right) / Math.max(1, right - left)
  if (rest > SHORT_END && /[.!?:;]["'”’)\]]*$/u.test(last.text)) return true
  return rest > VERY_SHORT_END && /^["'“(]?[\p{Lu}\p{N}]/u.test(line.text)
}
