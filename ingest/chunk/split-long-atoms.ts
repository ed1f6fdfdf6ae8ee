import type { Limits } from '../../src/core/ports/limits.ts'
import type { Atom } from './atoms.ts'
import type { Draft, Measuring } from './draft.ts'
import type { Prefixes } from './prefix.ts'
import { splitAtom } from './split-atom.ts'

interface Prefixed {
  readonly draft: Draft
  readonly prefixes: Prefixes
}

/** An atom whose tokens are not counted yet has null. */
interface Piece {
  readonly atom: Atom
  readonly tokens: number | null
}

/** Cuts what is too long for a chunk until nothing is. Every round at least halves what it cuts, so the rounds are few. */
export async function splitLongAtoms(documents: readonly Prefixed[], { settings, measure }: Measuring, limits: Limits): Promise<void> {
  for (let open = documents; open.length > 0;) {
    const cut = open.map((each) => ({ ...each, pieces: cutLong(each, settings.maxTokens) }))
    const long = cut.filter(({ pieces }) => pieces.some(({ tokens }) => tokens === null))
    const fresh = long.flatMap(({ draft, pieces }) =>
      pieces.flatMap(({ atom, tokens }) => (tokens === null ? [draft.document.text.slice(atom.start, atom.end)] : [])),
    )
    const counts = await measure.count(fresh, limits)
    let next = 0
    for (const { draft, pieces } of long) {
      draft.atoms = pieces.map(({ atom }) => atom)
      draft.tokens = pieces.map(({ tokens }) => tokens ?? counts[next++] ?? 0)
    }
    open = long
  }
}

/** Parts are a little smaller than they may be, since they are cut by characters and not by tokens. */
const SPLIT_SLACK = 0.8

function cutLong({ draft, prefixes }: Prefixed, maxTokens: number): readonly Piece[] {
  return draft.atoms.flatMap((atom, i): readonly Piece[] => {
    const tokens = draft.tokens[i] ?? 0
    const room = maxTokens - prefixes.longest(atom.section, atom.tableHeader)
    if (tokens <= room || atom.end - atom.start <= 2) return [{ atom, tokens }]
    const parts = Math.max(2, Math.ceil(tokens / room / SPLIT_SLACK))
    return splitAtom(draft.document.text, atom, parts).map((part) => ({ atom: part, tokens: null }))
  })
}
