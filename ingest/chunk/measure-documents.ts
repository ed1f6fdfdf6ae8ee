import { invariant } from '../../src/core/errors.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import type { ParsedDocument } from '../../src/core/types.ts'
import { passagePrefix } from '../../src/core/text/passage-prefix.ts'
import type { ParsedSource } from '../parse/parse.ts'
import { atomsOf, type Atom } from './atoms.ts'
import type { Draft, Measuring } from './draft.ts'
import { createPrefixes, TITLE_SHARE, type Prefixes } from './prefix.ts'
import { labelsOf, placeBlocks } from './section.ts'
import { splitAtom } from './split-atom.ts'
import { splitLongAtoms } from './split-long-atoms.ts'

export interface MeasuredDocument {
  readonly document: ParsedDocument
  readonly atoms: readonly Atom[]
  /** Model tokens of each atom. */
  readonly tokens: readonly number[]
  readonly prefixes: Prefixes
}

/** Atoms of each document with their tokens, each short enough for a chunk of its own. Few calls to the model, for all documents together. */
export async function measureDocuments(
  sources: readonly ParsedSource[],
  measuring: Measuring,
  limits: Limits,
): Promise<readonly MeasuredDocument[]> {
  const drafts = sources.map((source) => draftOf(source, measuring.settings.chunkCharacters))
  const labels = await countLabels(drafts, measuring, limits)
  await countAtoms(drafts, measuring, limits)
  const made = drafts.map((draft) => ({ draft, prefixes: createPrefixes(draft.title, labels, measuring.settings.maxTokens) }))
  await splitLongAtoms(made, measuring, limits)
  return made.map(({ draft, prefixes }) => ({ document: draft.document, atoms: draft.atoms, tokens: draft.tokens, prefixes }))
}

/** What is too long in characters is cut before a model counts it: no text that is counted is longer. */
function draftOf({ document, blocks }: ParsedSource, chunkCharacters: number): Draft {
  const { text, title } = document
  const atoms = atomsOf(text, placeBlocks(blocks, title)).flatMap((atom) => {
    const parts = Math.ceil((atom.end - atom.start) / chunkCharacters)
    return parts === 1 ? [atom] : splitAtom(text, atom, parts)
  })
  return { document, title, atoms, tokens: [] }
}

/** What each title, heading and table header costs in a prefix. Titles that leave too little room for text are cut on the way. */
async function countLabels(drafts: readonly Draft[], { settings, measure }: Measuring, limits: Limits): Promise<(label: string) => number> {
  const counts = new Map<string, number>([['', 0]])
  const count = async (wanted: Iterable<string>): Promise<void> => {
    const fresh = [...new Set(wanted)].filter((label) => !counts.has(label))
    const found = await measure.count(
      fresh.map((label) => passagePrefix(label, [])),
      limits,
    )
    for (const [i, label] of fresh.entries()) counts.set(label, found[i] ?? 0)
  }
  await count(
    drafts.flatMap((draft) => [draft.title, ...draft.atoms.flatMap((atom) => [...labelsOf(atom.section), atom.tableHeader ?? ''])]),
  )
  const cost = (label: string): number => {
    const found = counts.get(label)
    invariant(found !== undefined, 'every label was counted')
    return found
  }
  const room = settings.maxTokens * TITLE_SHARE
  for (
    let long = drafts.filter(({ title }) => cost(title) > room);
    long.length > 0;
    long = long.filter(({ title }) => cost(title) > room)
  ) {
    for (const draft of long) draft.title = shortened(draft.title, room / cost(draft.title))
    await count(long.map(({ title }) => title))
  }
  return cost
}

/** A beginning of about this share of a title, always shorter. */
function shortened(title: string, share: number): string {
  const length = Math.floor((title.length - 1) * Math.min(share, 0.95))
  const cut = title
    .slice(0, length)
    .replace(/[\ud800-\udbff]$/, '')
    .replace(/\s+\S*$/u, '')
    .trim()
  return cut.length < 2 ? '' : `${cut}…`
}

async function countAtoms(drafts: readonly Draft[], { measure }: Measuring, limits: Limits): Promise<void> {
  const counts = await measure.count(
    drafts.flatMap(({ document, atoms }) => atoms.map(({ start, end }) => document.text.slice(start, end))),
    limits,
  )
  let from = 0
  for (const draft of drafts) {
    draft.tokens = counts.slice(from, from + draft.atoms.length)
    from += draft.atoms.length
  }
}
