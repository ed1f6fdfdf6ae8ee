import type { Fragment } from './layout.ts'

/** What pdf.js gives for a run of glyphs, with its place on the page as displayed. */
export interface Glyphs {
  readonly text: string
  readonly isRtl: boolean
  readonly width: number
  /** From the space of the glyphs to that of the page, `y` down. */
  readonly transform: readonly [number, number, number, number, number, number]
}

interface Open {
  text: string
  left: number
  right: number
  y: number
  size: number
  isRtl: boolean
  /** Characters that `size` was taken from. */
  weight: number
}

/** Gaps in ems: white space between words is wider than one, columns and cells are further apart than the other. */
const WORD_GAP = 0.18
const CELL_GAP = 1.1
/** Indices and powers stand off the baseline by as much. */
const SHIFT = 0.45

/** Fragments of a page in the order in which the file draws them. Text at another angle than most of the page stands in `turned`. */
export function fragmentsOf(glyphs: readonly Glyphs[]): { readonly upright: readonly Fragment[]; readonly turned: readonly Fragment[] } {
  const angle = mainAngle(glyphs)
  const isUpright = (each: Glyphs): boolean => angleOf(each) === angle
  return {
    upright: joined(glyphs.filter(isUpright), angle),
    turned: joined(
      glyphs.filter((each) => !isUpright(each)),
      angle,
    ),
  }
}

function joined(glyphs: readonly Glyphs[], angle: number): Fragment[] {
  const fragments: Open[] = []
  let hasSpace = false
  for (const each of glyphs) {
    const text = clean(each.text)
    const last = fragments.at(-1)
    if (text.trim() === '') {
      hasSpace ||= text !== ''
      continue
    }
    const open = placed(each, text, angle)
    if (last !== undefined && isNext(last, open)) append(last, open, hasSpace)
    else fragments.push(open)
    hasSpace = false
  }
  return fragments.map(({ text, left, right, y, size, isRtl }) => ({ text: text.trim(), left, right, y, size, isRtl }))
}

function placed({ transform, width, isRtl }: Glyphs, text: string, angle: number): Open {
  const [, , c, d, e, f] = transform
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const left = e * cos + f * sin
  return { text, left, right: left + width, y: f * cos - e * sin, size: Math.hypot(c, d) || 1, isRtl, weight: text.trim().length }
}

/** The gap between two on one baseline, whichever is first; below 0 where they overlap. */
const gapOf = (a: Open, b: Open): number => Math.max(a.left, b.left) - Math.min(a.right, b.right)

function isNext(last: Open, next: Open): boolean {
  const size = Math.max(last.size, next.size)
  if (Math.abs(last.y - next.y) > SHIFT * size) return false
  const isOnward = last.isRtl || next.isRtl ? true : next.left >= last.right - size
  const gap = gapOf(last, next)
  return isOnward && gap < CELL_GAP * size && gap > -size
}

function append(last: Open, next: Open, hasSpace: boolean): void {
  const isApart = hasSpace || gapOf(last, next) > WORD_GAP * Math.min(last.size, next.size)
  // Some files draw a line that runs from right to left from the left.
  const isInFront = last.isRtl && next.isRtl && next.left >= last.right
  const [first, second] = isInFront ? [next.text, last.text] : [last.text, next.text]
  last.text = isApart && !/\s$/u.test(first) && !/^\s/u.test(second) ? `${first} ${second}` : first + second
  last.left = Math.min(last.left, next.left)
  last.right = Math.max(last.right, next.right)
  last.isRtl ||= next.isRtl
  if (next.weight <= last.weight) return
  last.size = next.size
  last.y = next.y
  last.weight = next.weight
}

const RIGHT_ANGLE = Math.PI / 2

/** To the next degree, so that rounding in the file makes no difference. */
function angleOf({ transform: [a, b] }: Glyphs): number {
  return (Math.round((Math.atan2(b, a) * 180) / Math.PI) * Math.PI) / 180
}

/** The angle at which most of the page is written, if it is a right one. */
function mainAngle(glyphs: readonly Glyphs[]): number {
  const characters = new Map<number, number>()
  for (const each of glyphs) {
    const angle = angleOf(each)
    if (Number.isInteger(angle / RIGHT_ANGLE)) characters.set(angle, (characters.get(angle) ?? 0) + each.text.length)
  }
  return [...characters].toSorted((a, b) => b[1] - a[1])[0]?.[0] ?? 0
}

/** Without control characters and halves of pairs; ligatures and the shapes of letters as letters, the bullet of symbol fonts as a bullet. */
function clean(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\uFFFD\uFFFE\uFFFF]+/gu, ' ')
    .replace(/[\uFB00-\uFDFF\uFE70-\uFEFC]/gu, (shape) => shape.normalize('NFKC').trim())
    .replace(/[\uF0B7\uF0A7]/gu, '•')
}
