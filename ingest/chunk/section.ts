import type { ParsedBlock } from '../parse/parsed.ts'

/** A section of a document: what stands under one heading. Compared by identity, since two sections may have the same name. */
export interface Section {
  readonly parent: Section | null
  /** The heading; empty for the document itself and for a heading that only repeats its title. */
  readonly label: string
  readonly depth: number
}

export interface PlacedBlock {
  readonly block: ParsedBlock
  /** The section that the block stands in; for a heading, the one that it opens. */
  readonly section: Section
}

/** Puts every block into its section. A heading that repeats the title opens a section without a name: the title is said already. */
export function placeBlocks(blocks: readonly ParsedBlock[], title: string): readonly PlacedBlock[] {
  const open: { readonly level: number; readonly section: Section }[] = [{ level: 0, section: { parent: null, label: '', depth: 0 } }]
  const current = (): Section | null => open.at(-1)?.section ?? null
  return blocks.map((block) => {
    if (block.kind === 'heading') {
      while (open.length > 1 && (open.at(-1)?.level ?? 0) >= block.level) open.pop()
      const parent = current()
      const label = block.label === title ? '' : block.label
      open.push({ level: block.level, section: { parent, label, depth: open.length } })
    }
    return { block, section: current() as Section }
  })
}

/** Names of a section and of those around it, outermost first. */
export function labelsOf(section: Section): readonly string[] {
  const labels: string[] = []
  for (let each: Section | null = section; each !== null; each = each.parent) if (each.label !== '') labels.unshift(each.label)
  return labels
}

/** The innermost section that holds both. */
export function common(a: Section, b: Section): Section {
  let [left, right] = [a, b]
  while (left !== right) {
    if (left.depth >= right.depth) left = left.parent as Section
    else right = right.parent as Section
  }
  return left
}

export function holds(outer: Section, inner: Section): boolean {
  let each: Section | null = inner
  while (each !== null && each.depth > outer.depth) each = each.parent
  return each === outer
}
