import { setImmediate } from 'node:timers/promises'
import { blockKey } from '../../src/core/near/block-key.ts'
import type { BlockCounts } from '../../src/core/near/block-counts.ts'
import type { IndexWriter } from '../../src/core/ports/index-writer.ts'
import type { Limits } from '../../src/core/ports/limits.ts'
import { sourceOf } from '../../src/core/source.ts'
import { stableHash } from '../../src/core/text/normalise.ts'
import type { ParsedBlock } from '../parse/parsed.ts'
import type { ParsedSource } from '../parse/parse.ts'

/** A document without its boilerplate, and the blocks of that. */
export interface Parted {
  readonly content: ParsedSource
  readonly boilerplate: readonly ParsedBlock[]
}

/** Recognises what stands in many documents of a source: footers, licence headers, navigation. */
export interface Boilerplate {
  /** Each new document: one that changes is no further document. */
  count(source: ParsedSource): void
  part(sources: readonly ParsedSource[], limits: Limits): Promise<readonly Parted[]>
}

/** A longer block is content that was copied. A shorter one says nothing that is missed, or too much depends on it (`Example:`). */
const CHARACTERS = { least: 24, most: 1000 }
/** A document of which more than this share would be left out is a copy of others and no page with boilerplate around it: it stays whole. */
const MOST_OF_DOCUMENT = 0.5

/** What `counts` has learned of the index of this name, and what is boilerplate in one of `versions` already: that needs no learning, and is not forgotten by a new process. */
export function createBoilerplate(
  counts: BlockCounts,
  index: string,
  versions: readonly Pick<IndexWriter, 'boilerplateAmong'>[],
): Boilerplate {
  /** Between `count` and `part`. */
  const read = new WeakMap<ParsedSource, Read>()
  const readOnce = (source: ParsedSource): Read => {
    const known = read.get(source) ?? readBlocks(source, index)
    read.set(source, known)
    return known
  }
  return {
    count(source) {
      const { name, blocks } = readOnce(source)
      counts.count(name, source.document.id, blocks.keys())
    },
    async part(sources, limits) {
      const keys = new Set<string>()
      for (const source of sources) {
        for (const key of readOnce(source).blocks.keys()) keys.add(key)
        // A question that came in meanwhile does not wait for the whole batch.
        await setImmediate()
      }
      const found = await Promise.all(versions.map((version) => version.boilerplateAmong(keys, limits)))
      return sources.map((source) => {
        const { name, blocks } = readOnce(source)
        read.delete(source)
        const isBoilerplate = (key: string) => found.some((known) => known.has(key)) || counts.isBoilerplate(name, key)
        return parted(source, new Set([...blocks].flatMap(([key, same]) => (isBoilerplate(key) ? same : []))))
      })
    },
  }
}

function parted(source: ParsedSource, found: ReadonlySet<ParsedBlock>): Parted {
  const length = (blocks: Iterable<ParsedBlock>) => [...blocks].reduce((sum, { span }) => sum + span.end - span.start, 0)
  const all = source.blocks.filter(({ kind }) => kind !== 'heading')
  if (found.size === 0 || length(found) > MOST_OF_DOCUMENT * length(all)) return { content: source, boilerplate: [] }
  return { content: { ...source, blocks: source.blocks.filter((block) => !found.has(block)) }, boilerplate: [...found] }
}

interface Read {
  /** Of the source, among those of all indexes. */
  readonly name: string
  readonly blocks: ReadonlyMap<string, readonly ParsedBlock[]>
}

function readBlocks({ document, blocks }: ParsedSource, index: string): Read {
  const { metadata, uri, id, text } = document
  const source = sourceOf({ metadata, uri, doc: id })
  const found = new Map<string, ParsedBlock[]>()
  for (const block of blocks) {
    const { start, end } = block.span
    if (block.kind === 'heading' || end - start < CHARACTERS.least || end - start > CHARACTERS.most) continue
    const key = blockKey(source, text.slice(start, end))
    const same = found.get(key)
    if (same === undefined) found.set(key, [block])
    else same.push(block)
  }
  return { name: stableHash(index, source), blocks: found }
}
