import { BlockCounts, type BoilerplateSettings } from '../../src/core/near/block-counts.ts'
import { stableHash } from '../../src/core/text/normalise.ts'
import { sourceOf } from '../../src/core/source.ts'
import type { ParsedBlock } from '../parse/parsed.ts'
import type { ParsedSource } from '../parse/parse.ts'

/** A document without its boilerplate, and the blocks of that. */
export interface Parted {
  readonly content: ParsedSource
  readonly boilerplate: readonly ParsedBlock[]
}

/** Recognises what stands in many documents of a source: footers, licence headers, navigation. */
export interface Boilerplate {
  /** Each new document once: one that changes is no further document. */
  count(source: ParsedSource): void
  part(source: ParsedSource): Parted
}

/** A longer block is content that was copied. A shorter one says nothing that is missed, or too much depends on it (`Example:`). */
const CHARACTERS = { least: 24, most: 1000 }
/** A document of which more than this share would be left out is a copy of others and no page with boilerplate around it: it stays whole. */
const MOST_OF_DOCUMENT = 0.5

/** Of the hash of a block, 48 bits. V8 keeps 13 characters and more as a window on the whole hash, which takes twice the memory (141 bytes for 61). */
const KEY_DIGITS = 12

export function createBoilerplate(settings: BoilerplateSettings): Boilerplate {
  const counts = new BlockCounts(settings)
  return {
    count(source) {
      counts.count(
        nameOf(source),
        blocksOf(source).map(({ key }) => key),
      )
    },
    part(source) {
      const name = nameOf(source)
      const found = new Set(blocksOf(source).flatMap(({ block, key }) => (counts.isBoilerplate(name, key) ? [block] : [])))
      const length = (blocks: Iterable<ParsedBlock>) => [...blocks].reduce((sum, { span }) => sum + span.end - span.start, 0)
      const all = source.blocks.filter(({ kind }) => kind !== 'heading')
      if (found.size === 0 || length(found) > MOST_OF_DOCUMENT * length(all)) return { content: source, boilerplate: [] }
      return { content: { ...source, blocks: source.blocks.filter((block) => !found.has(block)) }, boilerplate: [...found] }
    },
  }
}

const nameOf = ({ document: { metadata, uri, id } }: ParsedSource): string => sourceOf({ metadata, uri, doc: id })

function blocksOf({ document, blocks }: ParsedSource): readonly { readonly block: ParsedBlock; readonly key: string }[] {
  return blocks.flatMap((block) => {
    const { start, end } = block.span
    if (block.kind === 'heading' || end - start < CHARACTERS.least || end - start > CHARACTERS.most) return []
    return [{ block, key: stableHash(document.text.slice(start, end).trim()).slice(0, KEY_DIGITS) }]
  })
}
