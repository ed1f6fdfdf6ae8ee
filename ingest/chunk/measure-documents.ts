import { invariant } from '../../src/core/errors.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { passagePrefix } from '../../src/core/text/passage-prefix.ts'
import type { ParsedSource } from '../parse/parse.ts'
import type { IngestSettings } from '../settings.ts'
import { atomsOf, type Atom } from './atoms.ts'
import { createPrefixes, TITLE_SHARE, type Prefixes } from './prefix.ts'
import { labelsOf, placeBlocks } from './section.ts'
import { splitAtom } from './split-atom.ts'
import type { TokenMeasure } from './token-measure.ts'

export interface MeasuredDocument {
  readonly atoms: readonly Atom[]
  /** Model tokens of each atom. */
  readonly tokens: readonly number[]
  readonly prefixes: Prefixes
}

interface Measuring {
  readonly settings: IngestSettings
  readonly measure: TokenMeasure
}

interface Draft {
  readonly text: string
  title: string
  atoms: readonly Atom[]
  tokens: readonly number[]
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
  return made.map(({ draft, prefixes }) => ({ atoms: draft.atoms, tokens: draft.tokens, prefixes }))
}

/** What is too long in characters is cut before a model counts it: no text that is counted is longer. */
function draftOf({ document: { text, title }, blocks }: ParsedSource, chunkCharacters: number): Draft {
  const atoms = atomsOf(text, placeBlocks(blocks, title)).flatMap((atom) => {
    const parts = Math.ceil((atom.end - atom.start) / chunkCharacters)
    return parts === 1 ? [atom] : splitAtom(text, atom, parts)
  })
  return { text, title, atoms, tokens: [] }
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
    drafts.flatMap(({ text, atoms }) => atoms.map(({ start, end }) => text.slice(start, end))),
    limits,
  )
  let from = 0
  for (const draft of drafts) {
    draft.tokens = counts.slice(from, from + draft.atoms.length)
    from += draft.atoms.length
  }
}

/** Parts are a little smaller than they may be, since they are cut by characters and not by tokens. */
const SPLIT_SLACK = 0.8

/** Cuts what is too long for a chunk until nothing is. Every round at least halves what it cuts, so the rounds are few. */
async function splitLongAtoms(
  made: readonly { readonly draft: Draft; readonly prefixes: Prefixes }[],
  { settings, measure }: Measuring,
  limits: Limits,
): Promise<void> {
  const parts = (prefixes: Prefixes, atom: Atom, tokens: number): number => {
    const room = settings.maxTokens - prefixes.longest(atom.section, atom.tableHeader)
    const length = atom.end - atom.start
    return tokens <= room || length <= 2 ? 1 : Math.max(2, Math.ceil(tokens / room / SPLIT_SLACK))
  }
  for (let open = [...made]; open.length > 0;) {
    const long = open.filter(({ draft, prefixes }) => draft.atoms.some((atom, i) => parts(prefixes, atom, draft.tokens[i] ?? 0) > 1))
    const pieces = long.map(({ draft, prefixes }) =>
      draft.atoms.flatMap((atom, i) => {
        const count = parts(prefixes, atom, draft.tokens[i] ?? 0)
        return count === 1
          ? [{ atom, tokens: draft.tokens[i] ?? 0 }]
          : splitAtom(draft.text, atom, count).map((each) => ({ atom: each, tokens: null }))
      }),
    )
    const fresh = pieces.flatMap((each, i) =>
      each.filter(({ tokens }) => tokens === null).map(({ atom }) => (long[i]?.draft.text ?? '').slice(atom.start, atom.end)),
    )
    const counts = await measure.count(fresh, limits)
    let next = 0
    for (const [i, each] of pieces.entries()) {
      const draft = long[i]?.draft as Draft
      draft.atoms = each.map(({ atom }) => atom)
      draft.tokens = each.map(({ tokens }) => tokens ?? counts[next++] ?? 0)
    }
    open = long
  }
}
